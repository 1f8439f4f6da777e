//! Windows per second, over a notice published on each day of 2015–2026.

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
    let (settled, provisional): (Vec<_>, Vec<_>) = dates.into_iter().partition(|date| {
        let five = WorkingDays::parse("5").expect("5 is a number of days");
        let window = calendar.window(*date, five, Counting::DayAfter);
        window.expect("the year is covered").last_day.is_some()
    });

    let mut group = criterion.benchmark_group("window");
    for (certainty, dates) in [("settled", &settled), ("provisional", &provisional)] {
        group.throughput(Throughput::Elements(dates.len() as u64));
        for days in ["5", "30"] {
            let days = WorkingDays::parse(days).expect("it is a number of days");
            group.bench_function(format!("{certainty}/{days} days"), |bencher| {
                bencher.iter(|| {
                    for date in dates {
                        let window = calendar.window(*date, days, Counting::DayAfter);
                        let _ = black_box(window);
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, windows);
criterion_main!(benches);
