//! Futures that are polled by hand: which one goes on next is the run's own choice.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Something the desk has begun. It goes on by one poll at a time; dropping it is a crash in the middle.
pub(crate) struct Task<T> {
    /// What it is, for the trace.
    pub(crate) name: String,
    work: Pin<Box<dyn Future<Output = T>>>,
}

impl<T> Task<T> {
    pub(crate) fn new(name: String, work: impl Future<Output = T> + 'static) -> Self {
        Self { name, work: Box::pin(work) }
    }

    /// Goes on to the next place where it waits.
    pub(crate) fn poll(&mut self) -> Option<T> {
        match self.work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }
}

/// Runs a future to its end. Nothing here ever waits for the outside, so polling again is all that is needed.
pub(crate) fn finish<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

/// Waits for so many polls.
pub(crate) async fn polls(times: u32) {
    let mut left = times;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        // What joins several futures polls only those that were woken.
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
