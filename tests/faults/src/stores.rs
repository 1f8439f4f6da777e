//! Stores that go wrong, and the orders of two writers.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use store::{KeyValue, StoreError};

/// A store whose user stops for good once so many calls have been made.
pub struct Dying<'s> {
    store: &'s dyn KeyValue,
    left: Cell<u32>,
}

impl<'s> Dying<'s> {
    /// Lets so many calls through.
    pub fn after(store: &'s dyn KeyValue, calls: u32) -> Self {
        let left = Cell::new(calls);
        Self { store, left }
    }

    async fn call(&self) {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => std::future::pending().await,
        }
    }
}

#[async_trait(?Send)]
impl KeyValue for Dying<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.call().await;
        self.store.get(key).await
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.call().await;
        self.store.set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.call().await;
        self.store.delete(key).await
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        self.call().await;
        self.store.increment(key).await
    }
}

/// A store one of whose calls fails.
pub struct Failing<'s> {
    store: &'s dyn KeyValue,
    left: Cell<u32>,
    failure: Failure,
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was done.
    Before,
    /// It was done, and the answer was lost.
    After,
}

impl<'s> Failing<'s> {
    /// Fails the call that comes after so many.
    pub fn after(store: &'s dyn KeyValue, calls: u32, failure: Failure) -> Self {
        let left = Cell::new(calls);
        Self {
            store,
            left,
            failure,
        }
    }

    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        if left != 0 {
            return call.await;
        }
        if self.failure == Failure::After {
            call.await?;
        }
        Err(StoreError::new(&"as the test asked"))
    }
}

#[async_trait(?Send)]
impl KeyValue for Failing<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(self.store.get(key)).await
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.call(self.store.set(key, value)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.call(self.store.delete(key)).await
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        self.call(self.store.increment(key)).await
    }
}

/// A store whose user is interrupted before every call, so that another may come between.
pub struct Stepped<'s>(pub &'s dyn KeyValue);

#[async_trait(?Send)]
impl KeyValue for Stepped<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        interruption().await;
        self.0.get(key).await
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        interruption().await;
        self.0.set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        interruption().await;
        self.0.delete(key).await
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        interruption().await;
        self.0.increment(key).await
    }

    fn patience(&self) -> u32 {
        1
    }
}

async fn interruption() {
    let mut interrupted = false;
    poll_fn(|_| {
        if std::mem::replace(&mut interrupted, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// A store that counts the calls made of it.
pub struct Counting<'s> {
    store: &'s dyn KeyValue,
    calls: Cell<u32>,
}

impl<'s> Counting<'s> {
    /// Counts from zero.
    pub fn new(store: &'s dyn KeyValue) -> Self {
        let calls = Cell::new(0);
        Self { store, calls }
    }

    /// How many calls were made.
    pub fn calls(&self) -> u32 {
        self.calls.get()
    }

    fn call(&self) -> &'s dyn KeyValue {
        self.calls.set(self.calls.get() + 1);
        self.store
    }
}

#[async_trait(?Send)]
impl KeyValue for Counting<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.call().get(key).await
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.call().set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.call().delete(key).await
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        self.call().increment(key).await
    }
}

/// What `work` comes to, or `None` where it stops for good.
pub fn run<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs two writers on one [`Stepped`] store in every order of their calls in which no more than
/// `switches` times one is left for the other while it could go on. `writer` makes the first (0) or
/// the second (1) over a store that is new for each order; `check` is shown the store and what each
/// came to. Returns how many orders there were.
///
/// Few switches find most of what can go wrong, and all orders would be too many (Musuvathi and
/// Qadeer, *Iterative context bounding for systematic testing of multithreaded programs*, 2007).
pub fn interleave<S: KeyValue, T>(
    switches: u32,
    mut store: impl FnMut() -> S,
    writer: impl AsyncFn(&Stepped<'_>, usize) -> T,
    mut check: impl FnMut(&S, [T; 2]),
) -> u32 {
    // At each point where both could go on: whether the other was taken.
    let mut path: Vec<bool> = Vec::new();
    let mut orders = 0;
    loop {
        let store = store();
        let stepped = Stepped(&store);
        let first: Pin<Box<dyn Future<Output = T>>> = Box::pin(writer(&stepped, 0));
        let second: Pin<Box<dyn Future<Output = T>>> = Box::pin(writer(&stepped, 1));
        let mut writers = [Some(first), Some(second)];
        let mut ends = [None, None];
        let (mut running, mut left, mut point) = (0, switches, 0);
        while writers.iter().any(Option::is_some) {
            if writers[running].is_none() {
                running = 1 - running;
            } else if writers[1 - running].is_some() && left > 0 {
                if point == path.len() {
                    path.push(false);
                }
                if path[point] {
                    running = 1 - running;
                    left -= 1;
                }
                point += 1;
            }
            let Some(writer) = &mut writers[running] else {
                continue;
            };
            let step = writer.as_mut();
            if let Poll::Ready(end) = step.poll(&mut Context::from_waker(Waker::noop())) {
                ends[running] = Some(end);
                writers[running] = None;
            }
        }
        drop(writers);
        orders += 1;
        if let [Some(first), Some(second)] = ends {
            check(&store, [first, second]);
        }
        // The next path differs at the last point where the other was not yet taken.
        path.truncate(point);
        while path.last() == Some(&true) {
            path.pop();
        }
        match path.last_mut() {
            Some(last) => *last = true,
            None => return orders,
        }
    }
}
