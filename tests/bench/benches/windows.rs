//! Windows per second, over a notice published on each day of 2015–2026.

#![expect(clippy::expect_used, reason = "a benchmark may stop on what cannot be")]

use std::hint::black_box;

use calendar::{Counting, WorkingCalendar, WorkingDays};
use chrono::{Datelike, NaiveDate};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn windows(criterion: &mut Criterion) {
    let calendar = WorkingCalendar::published();
    let dates: Vec<NaiveDate> = NaiveDate::from_ymd_opt(2015, 1, 1)
        .expect("the day exists")
        .iter_days()
        .take_while(|date| date.year() <= 2026)
        .collect();

    let mut group = criterion.benchmark_group("window");
    for days in [5, 30] {
        let days = WorkingDays::try_from(days).expect("it is a number of days");
        let window = |date: NaiveDate| {
            let window = calendar.window(date, days, Counting::DayAfter);
            window.expect("the year is covered")
        };
        let (settled, provisional): (Vec<NaiveDate>, Vec<NaiveDate>) = dates
            .iter()
            .partition(|date| window(**date).last_day.is_some());
        for (certainty, dates) in [("settled", settled), ("provisional", provisional)] {
            group.throughput(Throughput::Elements(dates.len() as u64));
            group.bench_function(format!("{certainty}/{days} days"), |bencher| {
                bencher.iter(|| {
                    for date in &dates {
                        black_box(window(black_box(*date)));
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, windows);
criterion_main!(benches);
