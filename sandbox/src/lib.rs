//! A make-believe Intercom and GPT Trainer, in memory.
