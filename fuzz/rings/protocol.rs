//! The adapter's side of the process protocol (fuzz/README.md, "A ring in another process"), for adapters in Rust.
//! Implement `Ring`, and call `serve` from main().
use std::io::{BufRead, BufReader, Write};

/// What a ring answers to a statement. The default of each function is that the adapter cannot.
#[derive(Debug)]
pub enum Answer {
    Ok,
    /// The call failed.
    Error,
    /// The adapter cannot express this.
    Cannot,
    /// Names of nodes; empty: there is none.
    Nodes(Vec<Vec<u8>>),
}

impl From<Option<Vec<u8>>> for Answer {
    fn from(node: Option<Vec<u8>>) -> Answer {
        Answer::Nodes(node.into_iter().collect())
    }
}

pub trait Ring {
    fn add(&mut self, name: Vec<u8>, replicas: u32) -> Answer;
    fn add_many(&mut self, nodes: Vec<(Vec<u8>, u32)>) -> Answer {
        for (name, replicas) in nodes {
            if !matches!(self.add(name, replicas), Answer::Ok) {
                return Answer::Error;
            }
        }
        Answer::Ok
    }
    fn remove(&mut self, name: Vec<u8>) -> Answer;
    fn find(&self, key: Vec<u8>) -> Answer;
    fn find_n(&self, _key: Vec<u8>, _count: usize) -> Answer {
        Answer::Cannot
    }
}

/// What the process knows, beside the rings.
pub struct Adapter {
    pub declares: String,
    pub make: Box<dyn Fn() -> Box<dyn Ring>>,
    pub point: Box<dyn Fn(Vec<u8>, u32) -> u64>,
    pub position: Box<dyn Fn(Vec<u8>) -> u64>,
}

fn unquote(word: &str) -> Vec<u8> {
    let inner = word.as_bytes().get(1..word.len() - 1).unwrap_or_default();
    let mut bytes = Vec::with_capacity(inner.len());
    let mut at = 0;
    while at < inner.len() {
        if inner[at] != b'\\' {
            bytes.push(inner[at]);
            at += 1;
        } else if inner[at + 1] == b'x' {
            bytes.push(u8::from_str_radix(&word[at + 3..at + 5], 16).expect("two digits"));
            at += 4;
        } else {
            bytes.push(inner[at + 1]);
            at += 2;
        }
    }
    bytes
}

fn quote(name: &[u8]) -> String {
    let escaped = name.iter().map(|&byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' | b'/' => (byte as char).to_string(),
        _ => format!("\\x{byte:02x}"),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn number(word: &str) -> usize {
    word.parse().expect("a number")
}

fn of(place: &mut Option<Box<dyn Ring>>) -> &mut dyn Ring {
    place.as_mut().expect("a ring").as_mut()
}

/// Answers statements until standard input ends. They are flushed when there is nothing more to read.
pub fn serve(adapter: Adapter) {
    let mut input = BufReader::with_capacity(1 << 16, std::io::stdin());
    let mut output = Vec::new();
    let mut rings: Vec<Option<Box<dyn Ring>>> = (0..16).map(|_| None).collect();
    let mut current = 0;
    let mut line = String::new();
    println!("ringproof 1 {}", adapter.declares);
    loop {
        if !input.buffer().contains(&b'\n') {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&output).and_then(|()| stdout.flush()).expect("standard output");
            output.clear();
        }
        line.clear();
        if input.read_line(&mut line).expect("standard input") == 0 {
            return;
        }
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let place = &mut rings[current];
        let answer = match words[..] {
            ["find", key] => of(place).find(unquote(key)),
            ["find-n", key, count] => of(place).find_n(unquote(key), number(count)),
            ["add", name, replicas] => of(place).add(unquote(name), number(replicas) as u32),
            ["add-many", ref nodes @ ..] => {
                of(place).add_many(nodes.chunks(2).map(|pair| (unquote(pair[0]), number(pair[1]) as u32)).collect())
            }
            ["remove", name] => of(place).remove(unquote(name)),
            ["ring", _] | ["destroy"] => {
                *place = (words[0] == "ring").then(|| (adapter.make)());
                Answer::Ok
            }
            ["use", other] => {
                current = number(other);
                Answer::Ok
            }
            ["point", name, index] => {
                writeln!(output, "{}", (adapter.point)(unquote(name), number(index) as u32)).expect("memory");
                continue;
            }
            ["position", key] => {
                writeln!(output, "{}", (adapter.position)(unquote(key))).expect("memory");
                continue;
            }
            _ => Answer::Cannot,
        };
        let text = match answer {
            Answer::Ok => "ok".to_string(),
            Answer::Error => "error".to_string(),
            Answer::Cannot => "cannot do this".to_string(),
            Answer::Nodes(nodes) if nodes.is_empty() => "none".to_string(),
            Answer::Nodes(nodes) => nodes.iter().map(|node| quote(node)).collect::<Vec<_>>().join(" "),
        };
        writeln!(output, "{text}").expect("memory");
    }
}
