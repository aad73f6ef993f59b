//! The crate conhash.
//!
//!     adapter          its own hash, MD5
//!     adapter 16       a hash of the caller's, the first two bytes of MD5: so points are often equal
mod protocol;
use conhash::{ConsistentHash, Node};
use protocol::{Adapter, Answer, Ring};

#[derive(Clone)]
struct Named(String);

impl Node for Named {
    fn name(&self) -> String {
        self.0.clone()
    }
}

struct Of(ConsistentHash<Named>);

impl Ring for Of {
    fn add(&mut self, name: Vec<u8>, replicas: u32) -> Answer {
        let Ok(name) = String::from_utf8(name) else { return Answer::Cannot };
        self.0.add(&Named(name), replicas as usize);
        Answer::Ok
    }
    fn remove(&mut self, name: Vec<u8>) -> Answer {
        let Ok(name) = String::from_utf8(name) else { return Answer::Cannot };
        self.0.remove(&Named(name));
        Answer::Ok
    }
    fn find(&self, key: Vec<u8>) -> Answer {
        self.0.get(&key).map(|node| node.0.clone().into_bytes()).into()
    }
}

/// The highest bits of the MD5 of `data`. Positions of 128 bits are in the order of their first 64.
fn position(data: &[u8], bits: u32) -> u64 {
    u64::from_be_bytes(md5::compute(data)[..8].try_into().expect("8 bytes")) >> (64 - bits)
}

fn main() {
    let few = std::env::args().nth(1).as_deref() == Some("16");
    let bits = if few { 16 } else { 64 };
    protocol::serve(Adapter {
        declares: format!(
            "name={} placement=own position-bits={bits} successor=at-or-after ties=last-wins names=utf-8 \
             removing-absent=ignores finding-in-empty=ignores empty-name=accepts empty-key=accepts",
            if few { "conhash-16" } else { "conhash" }
        ),
        make: Box::new(move || {
            Box::new(Of(if few {
                ConsistentHash::with_hash(|data| md5::compute(data)[..2].to_vec())
            } else {
                ConsistentHash::new()
            }))
        }),
        point: Box::new(move |mut name, index| {
            name.extend(format!(":{index}").bytes());
            position(&name, bits)
        }),
        position: Box::new(move |key| position(&key, bits)),
    });
}
