//! How are many looks of one probe kept in one row, and an hour in another?

use std::time::Duration;

use super::{
    record::{Before, Record},
    trouble::{Tried, Trouble},
    varint::{Bytes, put},
};
use crate::{
    ledger::{Hour, histogram::micros},
    model::Moment,
};

/// The blob of some looks of one probe as they came, each behind its distance from the one before.
pub(super) fn write(looks: &[(u64, Record)]) -> Vec<u8> {
    let (mut out, mut before, mut last) = (Vec::new(), Before::default(), 0);
    for (arrival, record) in looks {
        put(&mut out, arrival.wrapping_sub(last));
        record.write(&mut out, &mut before);
        last = *arrival;
    }
    out
}

/// The looks of a blob.
pub(super) fn read(blob: &[u8]) -> Tried<Vec<(u64, Record)>> {
    let (mut bytes, mut before, mut last) = (Bytes(blob), Before::default(), 0_u64);
    let mut looks = Vec::new();
    while !bytes.0.is_empty() {
        let step = bytes.number().ok_or_else(|| Trouble::Broken("a page of looks breaks off".into()))?;
        last = last.wrapping_add(step);
        looks.push((last, Record::read(&mut bytes, &mut before)?));
    }
    Ok(looks)
}

/// The blob of an hour: the four outcomes, sum and maximum in microseconds, then the buckets that are not empty, each as its
/// distance from the one before and its count.
pub(super) fn write_hour(hour: &Hour) -> Vec<u8> {
    let mut out = Vec::new();
    hour.outcomes.iter().for_each(|count| put(&mut out, *count));
    put(&mut out, micros(hour.sum));
    put(&mut out, micros(hour.max));
    let mut last = 0;
    for (bucket, count) in hour.latency.numbered() {
        put_part(&mut out, u64::from(bucket - last), count); // buckets come in order
        last = bucket;
    }
    out
}

/// A part of a histogram: a byte where its distance from the one before and its count are both from 1 to 15, as most are.
fn put_part(out: &mut Vec<u8>, step: u64, count: u64) {
    if let (Ok(step @ 1..=15), Ok(count @ 1..=15)) = (u8::try_from(step), u8::try_from(count)) {
        return out.push(step << 4 | count);
    }
    out.push(0);
    put(out, step);
    put(out, count);
}

fn part(bytes: &mut Bytes<'_>) -> Option<(u64, u64)> {
    match bytes.byte()? {
        0 => Some((bytes.number()?, bytes.number()?)),
        both => Some((u64::from(both >> 4), u64::from(both & 15))),
    }
}

/// The hour of a blob.
pub(super) fn read_hour(from: Moment, blob: &[u8]) -> Tried<Hour> {
    let mut hour = Hour::new(from);
    add_hour(&mut hour, blob)?;
    Ok(hour)
}

/// Counts all that the hour of a blob counted.
pub(super) fn add_hour(sum: &mut Hour, blob: &[u8]) -> Tried<()> {
    parse_hour(sum, Bytes(blob)).ok_or_else(|| Trouble::Broken("an hour cannot be read".into()))
}

fn parse_hour(sum: &mut Hour, mut bytes: Bytes<'_>) -> Option<()> {
    for count in &mut sum.outcomes {
        *count = count.saturating_add(bytes.number()?);
    }
    sum.sum = sum.sum.saturating_add(Duration::from_micros(bytes.number()?));
    sum.max = sum.max.max(Duration::from_micros(bytes.number()?));
    let mut bucket = 0_u16;
    while !bytes.0.is_empty() {
        let (step, count) = part(&mut bytes)?;
        bucket = bucket.checked_add(u16::try_from(step).ok()?)?;
        sum.latency.add(bucket, count);
    }
    Some(())
}
