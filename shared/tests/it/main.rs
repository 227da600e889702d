//! Replies and reasons, tried with the data that ships.

#[cfg(test)]
mod lint;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod replies;
