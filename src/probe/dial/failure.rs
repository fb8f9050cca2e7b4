//! Whose failure is an error of the operating system, of TLS, of a stream?

use std::io;

use super::tls;
use crate::model::{Failure, Fault, Ours, Phase};

/// The failure that an error met in `phase` stands for.
pub(crate) fn io_failure(phase: Phase, error: &io::Error) -> Failure {
    if let Some(failure) = tls::failure_within(error) {
        return failure;
    }
    if let Some(failure) = ours(error) {
        return failure;
    }
    let words = plain(error);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::theirs(Fault::ConnectionRefused, words),
        io::ErrorKind::HostUnreachable => Failure::theirs(Fault::HostUnreachable, words),
        io::ErrorKind::TimedOut => Failure::theirs(Fault::Timeout(phase), words),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            Failure::theirs(Fault::Reset, words)
        }
        io::ErrorKind::UnexpectedEof => closed(phase),
        _ => Failure::ours(Ours::Internal, words),
    }
}

/// The far side closed the connection in `phase`: before a reply, or in the middle of one.
pub(crate) fn closed(phase: Phase) -> Failure {
    if phase == Phase::Receive {
        Failure::theirs(Fault::Truncated, "the connection was closed in the middle of the reply")
    } else {
        Failure::theirs(Fault::Closed, format!("the connection was closed in the phase {:?}", phase.label()))
    }
}

/// Whether this error is about this machine and not about the far side.
pub(super) fn is_ours(error: &io::Error) -> bool {
    ours(error).is_some()
}

fn ours(error: &io::Error) -> Option<Failure> {
    let ours = match error.kind() {
        io::ErrorKind::NetworkUnreachable => Ours::NoRoute,
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse | io::ErrorKind::OutOfMemory => {
            Ours::Resources
        }
        _ => match rustix::io::Errno::from_io_error(error)? {
            rustix::io::Errno::MFILE | rustix::io::Errno::NFILE => Ours::Descriptors,
            rustix::io::Errno::NOBUFS | rustix::io::Errno::NOMEM => Ours::Resources,
            // PERM and ACCESS: this machine's own firewall refuses the way out.
            rustix::io::Errno::AFNOSUPPORT
            | rustix::io::Errno::NETDOWN
            | rustix::io::Errno::PERM
            | rustix::io::Errno::ACCESS => Ours::NoRoute,
            _ => return None,
        },
    };
    Some(Failure::ours(ours, plain(error)))
}

/// The error's words without the number that the standard library appends.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let cut = text.rfind(" (os error ").unwrap_or(text.len());
    text[..cut].to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cause;

    #[test]
    fn their_errors_and_ours_are_told_apart() {
        let cause = |errno: rustix::io::Errno| io_failure(Phase::Connect, &errno.into()).cause;
        assert_eq!(cause(rustix::io::Errno::CONNREFUSED), Cause::Theirs(Fault::ConnectionRefused));
        assert_eq!(cause(rustix::io::Errno::HOSTUNREACH), Cause::Theirs(Fault::HostUnreachable));
        assert_eq!(cause(rustix::io::Errno::TIMEDOUT), Cause::Theirs(Fault::Timeout(Phase::Connect)));
        assert_eq!(cause(rustix::io::Errno::CONNRESET), Cause::Theirs(Fault::Reset));
        assert_eq!(cause(rustix::io::Errno::NETUNREACH), Cause::Ours(Ours::NoRoute));
        assert_eq!(cause(rustix::io::Errno::MFILE), Cause::Ours(Ours::Descriptors));
        assert_eq!(cause(rustix::io::Errno::ADDRNOTAVAIL), Cause::Ours(Ours::Resources));
        assert_eq!(
            io_failure(Phase::Connect, &rustix::io::Errno::CONNREFUSED.into()).words,
            "connection refused"
        );
    }
}
