#!/bin/sh
# workerd, with the signal ignored that would end it at a write beyond a limit of size: the write fails instead.
trap '' XFSZ
exec "$WORKERD" "$@"
