//! A message of the conversation, as its words are read.

use crate::intercom::thread::{Author, Entry, Thread};
use crate::text::{Attached, CustomerMessage, Manner};

/// What an entry says and brings.
pub(super) fn message_of<'t>(thread: &Thread, entry: &'t Entry) -> CustomerMessage<'t> {
    let attached = entry
        .attachments
        .iter()
        .map(|file| Attached { name: file.name.as_str(), content_type: file.content_type.as_deref() });
    CustomerMessage { body: entry.body.as_ref(), attachments: attached.collect(), manner: manner_of(thread, entry) }
}

/// Only customers send mails: what we and teammates write is typed into the inbox.
pub(super) fn manner_of(thread: &Thread, entry: &Entry) -> Manner {
    if thread.channel == "email" && entry.author == Author::Customer { Manner::Mail } else { Manner::Chat }
}
