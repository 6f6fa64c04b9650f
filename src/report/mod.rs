//! Writes findings for people and machines.
