//! Does a port stay closed to us? Every address is knocked at, and what each does is told.

use std::{net::SocketAddr, time::Duration};

use tokio::time::timeout;

use super::expect::Answer;
use crate::{
    model::{Cause, Endpoint, Failure, Fault},
    probe::{
        Looking,
        dial::{Route, Turns, open},
    },
};

/// Knocks at every address of `target`. An address has its share of the time to answer, less a tenth: so silence is seen
/// before the look's own time is up.
pub(super) async fn knock(
    looking: &mut Looking<'_>,
    target: &Endpoint,
    route: &Route,
) -> Result<Vec<(SocketAddr, Answer)>, Failure> {
    let mut turns = Turns::of(looking, target, route).await?;
    let mut answers = Vec::new();
    while let Some(turn) = turns.next(looking) {
        match answer(turn.peer, route, turn.share * 9 / 10).await {
            Ok(answer) => answers.push((turn.peer, answer)),
            Err(failure) => turns.failed(failure),
        }
    }
    // An address that we could not even try says nothing about the others.
    if answers.is_empty() { Err(turns.failure()) } else { Ok(answers) }
}

async fn answer(peer: SocketAddr, route: &Route, patience: Duration) -> Result<Answer, Failure> {
    let failure = match timeout(patience, open(peer, route)).await {
        Ok(Ok(_open)) => return Ok(Answer::Open),
        Ok(Err(failure)) => failure,
        Err(_silence) => return Ok(Answer::Silent),
    };
    match failure.cause {
        Cause::Theirs(Fault::ConnectionRefused | Fault::HostUnreachable | Fault::Reset) => {
            Ok(Answer::Refused)
        }
        Cause::Theirs(Fault::Timeout(_)) => Ok(Answer::Silent),
        _ => Err(failure),
    }
}
