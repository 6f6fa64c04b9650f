//! Parses arguments, wires the flow, owns stdout and exit codes.
