//! The desk's own pace, per shop and endpoint: it stays well below the platform's limit, halves when the platform
//! asks to slow down, and grows back (throttling page of May 2026: the quota is dynamic, 50 a second before).

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Calls a second at most; the last published limit is 50.
const FASTEST: f64 = 30.0;
const SLOWEST: f64 = 0.5;
/// Calls that may go at once after a rest.
const BURST: f64 = 10.0;
/// Both together: calls that leave within a second at most.
const MOST: u32 = 40;
/// A good answer gives this share of the full pace back.
const REGROWTH: f64 = 0.02;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Bucket {
    per_second: f64,
    /// When the next call would be due if calls came without any burst.
    next: Duration,
    /// When the calls of the last second left.
    left: VecDeque<Duration>,
}

impl Bucket {
    const FRESH: Self = Self { per_second: FASTEST, next: Duration::ZERO, left: VecDeque::new() };

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.per_second)
    }
}

/// The pace of every (shop, endpoint). Desks on one database share it evenly.
#[derive(Debug)]
pub(super) struct Limiter {
    buckets: Mutex<HashMap<(String, &'static str), Bucket>>,
    desks: AtomicU32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { buckets: Mutex::default(), desks: AtomicU32::new(1) }
    }
}

impl Limiter {
    fn with<T>(&self, shop: &str, endpoint: &'static str, work: impl FnOnce(&mut Bucket) -> T) -> Option<T> {
        let mut buckets = self.buckets.lock().ok()?;
        Some(work(buckets.entry((shop.to_owned(), endpoint)).or_insert(Bucket::FRESH)))
    }

    /// How many desks share the pace from now on.
    pub(super) fn set_desks(&self, desks: u32) {
        self.desks.store(desks.max(1), Ordering::Relaxed);
    }

    /// Books the next call and says how long it must wait.
    pub(super) fn book(&self, shop: &str, endpoint: &'static str, now: Duration) -> Duration {
        self.with(shop, endpoint, |bucket| {
            let desks = self.desks.load(Ordering::Relaxed);
            let interval = bucket.interval() * desks;
            let due = bucket.next.max(now);
            bucket.next = due + interval;
            // The others give way some seconds after a desk has come: until then it must not begin with a whole share.
            let burst = BURST / f64::from(desks).powi(2);
            due.saturating_sub(now + interval.mul_f64((burst - 1.0).max(0.0)))
        })
        .unwrap_or_default()
    }

    /// Lets a call leave whose turn has come, or says how long it must still wait: after a machine has stood still, the turns
    /// of many are past at once.
    pub(super) fn leave(&self, shop: &str, endpoint: &'static str, now: Duration) -> Duration {
        let most = (MOST / self.desks.load(Ordering::Relaxed)).max(1);
        self.with(shop, endpoint, |bucket| {
            while bucket.left.front().is_some_and(|left| *left + SECOND <= now) {
                bucket.left.pop_front();
            }
            match bucket.left.front() {
                Some(first) if u32::try_from(bucket.left.len()).is_ok_and(|left| left >= most) => {
                    (*first + SECOND).saturating_sub(now)
                }
                _ => {
                    bucket.left.push_back(now);
                    Duration::ZERO
                }
            }
        })
        .unwrap_or_default()
    }

    /// The platform asked to slow down.
    pub(super) fn slow_down(&self, shop: &str, endpoint: &'static str, now: Duration, asked: Option<Duration>) {
        self.with(shop, endpoint, |bucket| {
            bucket.per_second = (bucket.per_second / 2.0).max(SLOWEST);
            // No burst right after a refusal.
            let rest = asked.unwrap_or_default() + bucket.interval().mul_f64(BURST);
            bucket.next = bucket.next.max(now + rest);
        });
    }

    /// The platform answered.
    pub(super) fn answered(&self, shop: &str, endpoint: &'static str) {
        self.with(shop, endpoint, |bucket| {
            bucket.per_second = (bucket.per_second + FASTEST * REGROWTH).min(FASTEST);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes calls one after the other, waiting as told; returns how long they took.
    fn time_of(limiter: &Limiter, calls: u32, mut now: Duration) -> Duration {
        let start = now;
        for _ in 0..calls {
            now += limiter.book("1", "orders", now);
        }
        now - start
    }

    #[test]
    fn the_pace_stays_below_the_limit_after_a_short_burst() {
        let limiter = Limiter::default();
        assert_eq!(time_of(&limiter, 10, Duration::ZERO), Duration::ZERO);
        let rest = time_of(&limiter, 300, Duration::ZERO);
        assert!(rest > Duration::from_secs_f64(9.5) && rest < Duration::from_secs(11), "{rest:?}");
        assert_eq!(limiter.book("2", "orders", Duration::ZERO), Duration::ZERO);
        assert_eq!(limiter.book("1", "returns", Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn desks_share_the_pace() {
        let alone = time_of(&Limiter::default(), 300, Duration::ZERO);
        let limiter = Limiter::default();
        limiter.set_desks(2);
        let shared = time_of(&limiter, 150, Duration::ZERO);
        assert!(shared.abs_diff(alone) < Duration::from_millis(500), "{shared:?} {alone:?}");
        assert_eq!(time_of(&limiter, 2, Duration::from_secs(100)), Duration::ZERO);
        assert!(time_of(&limiter, 2, Duration::from_secs(100)) > Duration::ZERO);
    }

    /// Calls that leave within a second.
    fn calls_of(limiter: &Limiter, start: Duration) -> u32 {
        let mut calls = 0;
        let mut now = start;
        loop {
            now += limiter.book("1", "orders", now);
            if now >= start + Duration::from_secs(1) {
                return calls;
            }
            calls += 1;
        }
    }

    #[test]
    fn a_desk_that_comes_and_one_that_does_not_know_it_yet_stay_below_the_limit() {
        let (alone, comes) = (Limiter::default(), Limiter::default());
        comes.set_desks(2);
        let now = time_of(&alone, 300, Duration::ZERO);
        let calls = calls_of(&alone, now) + calls_of(&comes, now);
        assert!(calls < 50, "{calls}");
    }

    #[test]
    fn those_whose_turns_passed_while_the_machine_stood_still_do_not_leave_at_once() {
        let limiter = Limiter::default();
        let waits: Vec<_> = (0..200).map(|_| limiter.book("1", "orders", Duration::ZERO)).collect();
        let awake = Duration::from_secs(60);
        assert!(waits.iter().all(|wait| *wait < awake));
        let (mut left, mut now) = (Vec::new(), awake);
        for _ in &waits {
            loop {
                let wait = limiter.leave("1", "orders", now);
                if wait.is_zero() {
                    break;
                }
                now += wait;
            }
            left.push(now);
        }
        let most = left.iter().map(|from| left.iter().filter(|at| *at >= from && **at < *from + SECOND).count()).max();
        assert!(most.unwrap() <= 40, "{most:?}");
        assert!(now < awake + Duration::from_secs(6), "{now:?}");
    }

    #[test]
    fn a_refusal_halves_the_pace_and_answers_give_it_back() {
        let limiter = Limiter::default();
        limiter.slow_down("1", "orders", Duration::ZERO, None);
        let slowed = time_of(&limiter, 150, Duration::ZERO);
        assert!(slowed > Duration::from_secs(9), "{slowed:?}");
        (0..100).for_each(|_| limiter.answered("1", "orders"));
        let again = time_of(&limiter, 150, Duration::from_secs(100));
        assert!(again < Duration::from_secs(6), "{again:?}");
    }

    #[test]
    fn what_the_platform_asks_is_waited_for() {
        let limiter = Limiter::default();
        limiter.slow_down("1", "orders", Duration::ZERO, Some(Duration::from_secs(7)));
        assert!(limiter.book("1", "orders", Duration::ZERO) >= Duration::from_secs(7));
    }
}
