//! Template to blocks, blocks to the smallest edits, edits to proved patches.
