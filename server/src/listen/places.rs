//! Places for connections and streams: so many for one client, so many in all.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// What counts as one client: an address, for IPv6 the /64 that a household or a machine is given, of which it can use
/// any address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// Places of one kind. Clones share them.
#[derive(Debug, Clone)]
pub struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// For one client; `None` where clients cannot be told apart.
    each: Option<usize>,
    all: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    by: HashMap<IpAddr, usize>,
    all: usize,
}

/// A place that is taken; given back when dropped.
#[derive(Debug)]
pub struct Place {
    client: IpAddr,
    places: Places,
}

/// There is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    ForClient,
    ForAll,
}

impl Places {
    pub fn new(each: Option<usize>, all: usize) -> Self {
        Self(Arc::new(Shared { each, all, taken: Mutex::default() }))
    }

    /// A place for a client at this address.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(&self, address: IpAddr) -> Result<Place, Full> {
        let client = network(address);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by.get(&client).copied().unwrap_or_default();
        if self.0.each.is_some_and(|each| theirs >= each) {
            return Err(Full::ForClient);
        }
        if taken.all >= self.0.all {
            return Err(Full::ForAll);
        }
        taken.all += 1;
        taken.by.insert(client, theirs + 1);
        Ok(Place { client, places: self.clone() })
    }

    /// Places that are taken.
    pub fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(theirs) = taken.by.get_mut(&self.client) {
            *theirs -= 1;
            if *theirs == 0 {
                taken.by.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn many_addresses_of_one_network_are_one_client() {
        let places = Places::new(Some(2), 5);
        let at = |text: &str| places.take(text.parse().unwrap());
        let (_one, _two) = (at("2001:db8:1:2::1").unwrap(), at("2001:db8:1:2:ffff::9").unwrap());
        assert_eq!(at("2001:db8:1:2:abcd::").unwrap_err(), Full::ForClient);
        let _next_door = at("2001:db8:1:3::1").unwrap();
        let four = at("192.0.2.1").unwrap();
        let _mapped = at("::ffff:192.0.2.1").unwrap();
        assert_eq!(at("192.0.2.1").unwrap_err(), Full::ForClient, "the same machine over either protocol");
        assert_eq!(at("192.0.2.2").unwrap_err(), Full::ForAll);
        drop(four);
        assert_eq!(places.taken(), 4);
        let back = at("192.0.2.1").unwrap();
        drop(back);
        assert_eq!(places.taken(), 4);
    }
}
