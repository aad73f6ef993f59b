//! The crate hash_ring, whose nodes all have the same number of points.
//!
//!     adapter          its own hasher, XXH64
//!     adapter 16       a hasher of the caller's with 16 bits: so points are often equal
mod protocol;
use hash_ring::HashRing;
use protocol::{Adapter, Answer, Ring};
use std::hash::{BuildHasher, Hasher};
use twox_hash::XxHash64;

/// XXH64, of which the highest `bits` are taken.
#[derive(Clone)]
struct Upper {
    hash: XxHash64,
    bits: u32,
}

impl BuildHasher for Upper {
    type Hasher = Upper;
    fn build_hasher(&self) -> Upper {
        self.clone()
    }
}

impl Hasher for Upper {
    fn write(&mut self, bytes: &[u8]) {
        self.hash.write(bytes);
    }
    fn finish(&self) -> u64 {
        self.hash.finish() >> (64 - self.bits)
    }
}

/// The ring has a type of its own for each hasher, and is made when the first node tells the number of replicas.
enum Of {
    Empty(Upper),
    Plain(HashRing<String>),
    Few(HashRing<String, Upper>),
}

impl Ring for Of {
    fn add(&mut self, name: Vec<u8>, replicas: u32) -> Answer {
        let Ok(name) = String::from_utf8(name) else { return Answer::Cannot };
        if let Of::Empty(hasher) = self {
            *self = match hasher.bits {
                64 => Of::Plain(HashRing::new(Vec::new(), replicas as isize)),
                _ => Of::Few(HashRing::with_hasher(Vec::new(), replicas as isize, hasher.clone())),
            };
        }
        match self {
            Of::Plain(ring) => ring.add_node(&name),
            Of::Few(ring) => ring.add_node(&name),
            Of::Empty(_) => unreachable!(),
        }
        Answer::Ok
    }
    fn remove(&mut self, name: Vec<u8>) -> Answer {
        let Ok(name) = String::from_utf8(name) else { return Answer::Cannot };
        match self {
            Of::Plain(ring) => ring.remove_node(&name),
            Of::Few(ring) => ring.remove_node(&name),
            Of::Empty(_) => (),
        }
        Answer::Ok
    }
    fn find(&self, key: Vec<u8>) -> Answer {
        let Ok(key) = String::from_utf8(key) else { return Answer::Cannot };
        match self {
            Of::Plain(ring) => ring.get_node(key),
            Of::Few(ring) => ring.get_node(key),
            Of::Empty(_) => None,
        }
        .map(|node| node.clone().into_bytes())
        .into()
    }
}

fn main() {
    let bits = if std::env::args().nth(1).as_deref() == Some("16") { 16 } else { 64 };
    let hasher = Upper { hash: XxHash64::default(), bits };
    let position = |hasher: &Upper, data: &[u8]| {
        let mut started = hasher.build_hasher();
        started.write(data);
        started.finish()
    };
    let (for_ring, for_point, for_position) = (hasher.clone(), hasher.clone(), hasher);
    protocol::serve(Adapter {
        declares: format!(
            "name={} placement=own replicas=one-number position-bits={bits} successor=at-or-after ties=last-wins \
             names=utf-8 keys=utf-8 removing-absent=ignores finding-in-empty=ignores empty-name=accepts \
             empty-key=accepts",
            if bits == 16 { "hash-ring-rust-16" } else { "hash-ring-rust" }
        ),
        make: Box::new(move || Box::new(Of::Empty(for_ring.clone()))),
        point: Box::new(move |mut name, index| {
            name.extend(format!(":{index}").bytes());
            position(&for_point, &name)
        }),
        position: Box::new(move |key| position(&for_position, &key)),
    });
}
