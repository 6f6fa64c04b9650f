//! Loads, lints, indexes, runs and explains rules.
