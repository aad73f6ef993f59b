//! The crate hashring. A node is one point, as in its interface; nodes with several points are several nodes to it.
//!
//!     adapter          its own hasher, SipHash
//!     adapter 16       a hasher of the caller's with 16 bits: so points are often equal
mod protocol;
use hashring::{DefaultHashBuilder, HashRing};
use protocol::{Adapter, Answer, Ring};
use std::hash::{BuildHasher, Hasher};

struct Of<S: BuildHasher>(HashRing<Vec<u8>, S>);

impl<S: BuildHasher> Ring for Of<S> {
    fn add(&mut self, name: Vec<u8>, _replicas: u32) -> Answer {
        self.0.add(name);
        Answer::Ok
    }
    fn add_many(&mut self, nodes: Vec<(Vec<u8>, u32)>) -> Answer {
        self.0.batch_add(nodes.into_iter().map(|(name, _)| name).collect());
        Answer::Ok
    }
    fn remove(&mut self, name: Vec<u8>) -> Answer {
        self.0.remove(&name).map_or(Answer::Error, |_| Answer::Ok)
    }
    fn find(&self, key: Vec<u8>) -> Answer {
        self.0.get(&key).cloned().into()
    }
    fn find_n(&self, key: Vec<u8>, count: usize) -> Answer {
        match count {
            0 => Answer::Nodes(Vec::new()),
            _ => Answer::Nodes(self.0.get_with_replicas(&key, count - 1).unwrap_or_default()),
        }
    }
}

/// FNV-1a, folded to 16 bits.
#[derive(Clone)]
struct Fnv16(u64);

impl BuildHasher for Fnv16 {
    type Hasher = Fnv16;
    fn build_hasher(&self) -> Fnv16 {
        Fnv16(0xcbf29ce484222325)
    }
}

impl Hasher for Fnv16 {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100000001b3);
        }
    }
    fn finish(&self) -> u64 {
        (self.0 ^ self.0 >> 16 ^ self.0 >> 32 ^ self.0 >> 48) & 0xffff
    }
}

fn serve<S: BuildHasher + Clone + 'static>(called: &str, hasher: S, bits: u32) {
    let (for_point, for_position) = (hasher.clone(), hasher.clone());
    protocol::serve(Adapter {
        declares: format!(
            "name={called} placement=own replicas=fixed position-bits={bits} successor=at-or-after \
             removing-absent=fails finding-in-empty=ignores empty-name=accepts empty-key=accepts calls=add-many,find-n"
        ),
        make: Box::new(move || Box::new(Of(HashRing::with_hasher(hasher.clone())))),
        point: Box::new(move |name, _| for_point.hash_one(name)),
        position: Box::new(move |key| for_position.hash_one(key)),
    });
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("16") => serve("hashring-rust-16", Fnv16(0), 16),
        _ => serve("hashring-rust", DefaultHashBuilder, 64),
    }
}
