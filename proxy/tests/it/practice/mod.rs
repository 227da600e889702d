//! Practice: exercises worked over HTTP on a real sandbox, scored, kept, and far from every real shop.

mod apart;
mod gym;
mod keeping;
mod scores;
mod shared_platform;
