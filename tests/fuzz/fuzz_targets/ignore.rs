//! See `targets::ignore`.
#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::with_stack(|| targets::ignore(data)));
