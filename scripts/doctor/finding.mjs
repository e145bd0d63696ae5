// What a check found. The names of checks and these four words are for machines and stay as they are.

/** @typedef {{ status: "ok" | "warning" | "failure" | "skipped", message: string, fix?: string, about?: string, check?: string }} Finding */

/** @returns {Finding} */
export const ok = (message) => ({ status: "ok", message });
/** Customers may be answered all the same, or it cannot be told. @returns {Finding} */
export const warning = (message, fix) => ({ status: "warning", message, fix });
/** It must be mended. @returns {Finding} */
export const failure = (message, fix) => ({ status: "failure", message, fix });
/** It could not be looked at, or need not be. @returns {Finding} */
export const skipped = (message) => ({ status: "skipped", message });
