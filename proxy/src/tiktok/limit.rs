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
    /// Until then none leaves: the platform asked to wait.
    rest: Duration,
}

impl Bucket {
    const FRESH: Self = Self { per_second: FASTEST, next: Duration::ZERO, left: VecDeque::new(), rest: Duration::ZERO };

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.per_second)
    }
}

/// So long fewer desks must have been there until those that are take the pace of the others: where a clock was set, each
/// takes the others for gone until they say again that they are there.
const GONE: Duration = Duration::from_secs(30);

/// The pace of every (shop, endpoint). Desks on one database share it evenly.
#[derive(Debug)]
pub(super) struct Limiter {
    buckets: Mutex<HashMap<(String, &'static str), Bucket>>,
    desks: AtomicU32,
    /// Since when fewer have been there.
    fewer: Mutex<Option<Duration>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { buckets: Mutex::default(), desks: AtomicU32::new(1), fewer: Mutex::default() }
    }
}

impl Limiter {
    fn with<T>(&self, shop: &str, endpoint: &'static str, work: impl FnOnce(&mut Bucket) -> T) -> Option<T> {
        let mut buckets = self.buckets.lock().ok()?;
        Some(work(buckets.entry((shop.to_owned(), endpoint)).or_insert(Bucket::FRESH)))
    }

    /// How many desks are there now, and share the pace.
    pub(super) fn set_desks(&self, desks: u32, now: Duration) {
        let Ok(mut fewer) = self.fewer.lock() else { return };
        let are_fewer = desks < self.desks.load(Ordering::Relaxed);
        if are_fewer && now.saturating_sub(*fewer.get_or_insert(now)) < GONE {
            return;
        }
        *fewer = None;
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
    /// of many are past at once, and the platform may have asked to wait since a turn was booked.
    pub(super) fn leave(&self, shop: &str, endpoint: &'static str, now: Duration) -> Duration {
        let desks = f64::from(self.desks.load(Ordering::Relaxed));
        self.with(shop, endpoint, |bucket| {
            while bucket.left.front().is_some_and(|left| *left + SECOND <= now) {
                bucket.left.pop_front();
            }
            let most = (bucket.per_second + BURST) / desks;
            let is_full = u32::try_from(bucket.left.len()).is_ok_and(|left| f64::from(left) + 1.0 > most);
            let free = bucket.left.front().filter(|_| is_full).map_or(now, |first| *first + SECOND);
            let wait = free.max(bucket.rest).saturating_sub(now);
            if wait.is_zero() {
                bucket.left.push_back(now);
            }
            wait
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
            bucket.rest = bucket.rest.max(now + asked.unwrap_or_default());
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
        limiter.set_desks(2, Duration::ZERO);
        let shared = time_of(&limiter, 150, Duration::ZERO);
        assert!(shared.abs_diff(alone) < Duration::from_millis(500), "{shared:?} {alone:?}");
        assert_eq!(time_of(&limiter, 2, Duration::from_secs(100)), Duration::ZERO);
        assert!(time_of(&limiter, 2, Duration::from_secs(100)) > Duration::ZERO);
    }

    #[test]
    fn who_seems_gone_for_a_moment_keeps_its_share() {
        let limiter = Limiter::default();
        let at = Duration::from_secs;
        let desks = |desks, now| {
            limiter.set_desks(desks, at(now));
            limiter.desks.load(Ordering::Relaxed)
        };
        assert_eq!([desks(2, 0), desks(1, 5), desks(1, 30)], [2, 2, 2]);
        assert_eq!([desks(2, 34), desks(1, 40), desks(1, 69), desks(1, 70)], [2, 2, 2, 1], "counted anew");
        assert_eq!(desks(3, 71), 3, "who comes has its share at once");
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
        comes.set_desks(2, Duration::ZERO);
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
        let whose_turn_had_come = limiter.leave("1", "orders", Duration::from_secs(1));
        assert_eq!(whose_turn_had_come, Duration::from_secs(6));
    }
}
