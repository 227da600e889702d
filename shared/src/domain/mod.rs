//! The rules of a case, as plain functions over plain facts.

pub mod case;
pub mod facts;
