//! Each connection is an open file, what it is sent may be another, and the system allows a process so many.

use tracing::warn;

/// Files that are open besides connections: the database, content, nodes.
const OTHERS: usize = 200;
/// A connection, and the file that it is sent: a slow reader keeps both.
const EACH: usize = 2;

/// As many connections as the system has files for, `wanted` at most. With fewer, whoever is refused is told so; without
/// files nobody can be.
pub fn within_open_files(wanted: usize) -> usize {
    let Some(allowed) = std::fs::read_to_string("/proc/self/limits").ok().and_then(|limits| soft_limit(&limits)) else {
        return wanted;
    };
    let most = connections(allowed);
    if most < wanted {
        warn!(allowed, most, wanted, "fewer connections than wanted: raise the limit of open files (ulimit -n)");
    }
    wanted.min(most)
}

/// Connections for which so many files suffice; where few are allowed, half of them are for connections all the same.
fn connections(allowed: usize) -> usize {
    allowed.saturating_sub(OTHERS).max(allowed / 2) / EACH
}

fn soft_limit(limits: &str) -> Option<usize> {
    limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{connections, soft_limit};

    #[test]
    fn the_limit_is_read_as_the_kernel_writes_it() {
        let text = "Max processes             15000                15000                processes\n\
                    Max open files            1024                 1048576              files\n";
        assert_eq!(soft_limit(text), Some(1_024));
        assert_eq!(soft_limit("Max open files            unlimited            unlimited            files\n"), None);
    }

    #[test]
    fn every_connection_may_be_sent_a_file() {
        for (allowed, most) in [(1_024, 412), (8_392, 4_096), (256, 64)] {
            assert_eq!(connections(allowed), most);
            assert!(2 * most <= allowed);
        }
    }
}
