//! The servers that hostile modules talk to: slow, endless, lying, and on the side of the attacker.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Two origins on this machine. Both do the same; a grant can tell them apart.
pub struct Attacker {
    /// The origin that modules are granted: `http://127.0.0.1:1234`.
    pub origin: String,
    /// Another origin.
    pub other: String,
}

impl Attacker {
    /// Begins to listen. It ends with the runtime.
    ///
    /// # Panics
    ///
    /// If the machine does not let it listen.
    pub async fn start() -> Self {
        Self {
            origin: format!("http://{}", listen().await),
            other: format!("http://{}", listen().await),
        }
    }
}

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
async fn listen() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("this machine can listen");
    let address = listener.local_addr().expect("it listens somewhere");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // Whoever is attacked may hang up at any time.
                let _ = answer(stream).await;
            });
        }
    });
    address
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let request = read_head(&mut stream).await?;
    let path = request.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    match path {
        "/never" => tokio::time::sleep(Duration::from_secs(3_600)).await,
        "/hang-up" => {}
        "/no-http" => stream.write_all(b"220 smtp.example ESMTP\r\n").await?,
        "/trickle" => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
                .await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        "/trickling-headers" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            loop {
                stream.write_all(b"x-y: z\r\n").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        "/endless-headers" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            let header = format!("x-y: {}\r\n", "z".repeat(1_000));
            loop {
                stream.write_all(header.as_bytes()).await?;
            }
        }
        "/endless" => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n")
                .await?;
            let part = vec![b'x'; 1 << 20];
            for _ in 0..10_000 {
                stream.write_all(&part).await?;
            }
        }
        "/zip-bomb" => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n")
                .await?;
            stream.write_all(&zip_bomb()).await?;
        }
        "/to-metadata" => {
            stream
                .write_all(
                    b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data/\r\ncontent-length: 0\r\n\r\n",
                )
                .await?;
        }
        // What was asked, as it came.
        _ => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                request.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(request.as_bytes()).await?;
        }
    }
    stream.shutdown().await
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 64 << 10 {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// More than a hundred megabytes of zeros in one megabyte of gzip: a zero, and then references of 258 bytes each to the byte
/// before them, with deflate's fixed codes (RFC 1951).
fn zip_bomb() -> Vec<u8> {
    const REFERENCES: usize = 645_000;
    const LAST_BLOCK_WITH_FIXED_CODES: [u8; 3] = [1, 1, 0];
    const ZERO: [u8; 8] = [0, 0, 1, 1, 0, 0, 0, 0];
    const REFERENCE: [u8; 13] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    const END_OF_BLOCK: [u8; 7] = [0; 7];

    let mut bits: Vec<u8> = [&LAST_BLOCK_WITH_FIXED_CODES[..], &ZERO].concat();
    bits.extend(REFERENCE.repeat(REFERENCES));
    bits.extend(END_OF_BLOCK);
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    bomb.extend(
        bits.chunks(8)
            .map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit)),
    );
    bomb
}
