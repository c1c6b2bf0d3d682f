//! What becomes of requests, with servers that are really there.

mod responder;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use super::*;
use crate::capabilities::log::{Log, LogLimits, LogLine};
use crate::capabilities::refusal::Refusals;
use crate::capabilities::secrets::{Place, Placeholders, SecretGrant, Vault};
use crate::capabilities::tape::Tape;
use crate::catalog::Tlp;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server at a port of its own, and what was said to it.
struct Server {
    port: u16,
    heard: mpsc::UnboundedReceiver<String>,
}

impl Server {
    /// Answers every request with `answer`.
    async fn saying(answer: impl Into<String>) -> Self {
        let answer = Arc::new(answer.into());
        Self::doing(move |mut stream: TcpStream, heard: mpsc::UnboundedSender<String>| {
            let answer = answer.clone();
            async move {
                heard.send(request(&mut stream).await).unwrap();
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        })
        .await
    }

    async fn doing<F>(serve: impl Fn(TcpStream, mpsc::UnboundedSender<String>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (say, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, say.clone()));
            }
        });
        Self { port, heard }
    }

    fn origin(&self) -> String {
        format!("http://api.test:{}", self.port)
    }

    async fn next(&mut self) -> String {
        self.heard.recv().await.unwrap()
    }

    fn heard_nothing(&mut self) -> bool {
        self.heard.try_recv().is_err()
    }
}

/// Reads one request: its head, and as much body as it says.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    loop {
        if let Some(end) = find(&read, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
            let length = head
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.lines().next().unwrap().trim().parse::<usize>().unwrap());
            if read.len() >= end + 4 + length {
                return String::from_utf8(read).unwrap();
            }
        }
        if stream.read_buf(&mut read).await.unwrap() == 0 {
            return String::from_utf8(read).unwrap();
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Gives the first answer first, and the last one ever after.
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    fn answering(answers: &[&[&str]]) -> (Arc<dyn Resolver>, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect())
            .collect();
        let names = Self {
            answers,
            asked: asked.clone(),
        };
        (Arc::new(names), asked)
    }
}

#[async_trait::async_trait]
impl Resolver for Names {
    async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers[asked.min(self.answers.len() - 1)].clone())
    }
}

fn here() -> Arc<dyn Resolver> {
    Names::answering(&[&["127.0.0.1"]]).0
}

fn network(resolver: Arc<dyn Resolver>) -> Network {
    Network {
        resolver,
        responder: None,
    }
}

fn placeholders(vault: Arc<Vault>) -> Placeholders {
    Placeholders::new(vault, None::<rand_chacha::ChaCha8Rng>)
}

/// A grant that opens loopback, where the servers of these tests are.
fn grant(origins: &[&str]) -> HttpGrant {
    HttpGrant {
        addresses: vec!["127.0.0.0/8".parse().unwrap()],
        ..HttpGrant::to(origins.iter().copied())
    }
}

fn gate(grant: &HttpGrant) -> Arc<Gate> {
    Arc::new(Gate::new(grant, &network(here())).unwrap())
}

/// One call of a module.
struct Call {
    outgoing: Outgoing,
    refusals: Refusals,
    log: Log,
}

impl Call {
    fn new(gate: Arc<Gate>) -> Self {
        Self::reaching(Reach::Granted(Some(gate), None), Arc::default())
    }

    fn reaching(reach: Reach, vault: Arc<Vault>) -> Self {
        let log = Log::new(LogLimits {
            lines: 100,
            bytes: 10_000,
            rate: 100,
        });
        log.redact(vault.clone());
        let refusals = Refusals::new(log.clone());
        Self {
            outgoing: Outgoing::new(
                reach,
                Arc::new(placeholders(vault)),
                refusals.clone(),
                None,
                Tape::default(),
            ),
            refusals,
            log,
        }
    }

    async fn send(&mut self, request: Request<WasiBody>) -> Result<Response<Bytes>, Error> {
        self.send_with(request, None).await
    }

    async fn send_with(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<Bytes>, Error> {
        let sending = self.outgoing.send_request(request, options, Box::new(async { Ok(()) }));
        let (response, _connection) = Pin::from(sending).await?;
        let (head, body) = response.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }

    async fn get(&mut self, url: &str) -> Result<Response<Bytes>, Error> {
        self.send(get(url)).await
    }

    /// The one refusal, which is in the log, too.
    fn refusal(&mut self) -> String {
        let refusal = self.refusals.take().unwrap().message;
        let noted = |line: &LogLine| line.message == format!("{refusal}; grant it with `sclera module review`");
        assert!(self.log.take().iter().any(noted), "{refusal}");
        refusal
    }
}

fn get(url: &str) -> Request<WasiBody> {
    build(Request::get(url), "")
}

fn build(request: http::request::Builder, body: impl Into<Bytes>) -> Request<WasiBody> {
    let body = Full::new(body.into()).map_err(Error::from).boxed_unsync();
    request.body(body).unwrap()
}

fn impatient() -> Option<Duration> {
    Some(Duration::from_millis(50))
}

#[tokio::test]
async fn a_granted_request_is_sent_and_answered() {
    let mut server = Server::saying(OK).await;
    let mut call = Call::new(gate(&grant(&[&server.origin()])));
    let url = format!("{}/a/b?c=d", server.origin());
    let request = Request::get(url)
        .header("host", "evil.test")
        .header("content-length", "0");
    let response = call.send(build(request, "")).await.unwrap();
    assert_eq!((response.status().as_u16(), &response.body()[..]), (200, &b"ok"[..]));
    let heard = server.next().await;
    assert!(heard.starts_with("GET /a/b?c=d HTTP/1.1\r\n"), "{heard}");
    assert!(
        heard.contains(&format!("host: api.test:{}\r\n", server.port)),
        "{heard}"
    );
    assert!(!heard.contains("evil"), "{heard}");
    assert!(call.refusals.take().is_none());
}

#[tokio::test]
async fn a_host_in_another_notation_is_the_same_host() {
    let server = Server::saying(OK).await;
    let mut call = Call::new(gate(&grant(&[&format!("http://127.0.0.1:{}", server.port)])));
    for host in [
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let response = call.get(&format!("http://{host}:{}/", server.port)).await;
        assert_eq!(response.unwrap().status(), 200, "{host}");
    }
}

#[tokio::test]
async fn what_is_not_granted_is_refused_and_nothing_is_asked_or_sent() {
    let mut server = Server::saying(OK).await;
    let (names, asked) = Names::answering(&[&["127.0.0.1"]]);
    let gate = Arc::new(Gate::new(&grant(&[&server.origin()]), &network(names)).unwrap());
    let port = server.port;
    let granted = server.origin();
    let cases = [
        (Method::GET, format!("http://other.test:{port}/"), "origins"),
        (Method::GET, format!("https://api.test:{port}/"), "origins"),
        (Method::GET, "http://api.test/".to_owned(), "origins"),
        (Method::GET, format!("http://127.0.0.1:{port}/"), "origins"),
        (Method::GET, format!("http://2130706433:{port}/"), "origins"),
        (Method::GET, format!("http://api.test.evil.test:{port}/"), "origins"),
        (Method::GET, format!("http://user:pass@api.test:{port}/"), "password"),
        (Method::GET, format!("http://api.test:{port}@evil.test/"), "password"),
        (Method::POST, format!("{granted}/"), "methods GET"),
        (Method::CONNECT, format!("{granted}/"), "methods GET"),
        (
            Method::from_bytes(b"get").unwrap(),
            format!("{granted}/"),
            "methods GET",
        ),
    ];
    for (method, url, expected) in cases {
        let mut call = Call::new(gate.clone());
        let error = call
            .send(build(Request::builder().method(method).uri(&url), ""))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::HttpRequestDenied), "{url}: {error:?}");
        let refusal = call.refusal();
        assert!(refusal.contains(expected), "{url}: {refusal}");
        assert!(!refusal.contains("user:pass"), "{refusal}");
    }
    assert!(server.heard_nothing());
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn without_a_grant_and_outside_of_events_there_is_no_network() {
    for reach in [Reach::Granted(None, None), Reach::Nowhere("`describe` runs")] {
        let mut call = Call::reaching(reach, Arc::default());
        let error = call.get("https://example.com/").await.unwrap_err();
        assert!(matches!(error, Error::HttpRequestDenied), "{error:?}");
        assert!(call.refusal().contains("GET https://example.com"));
    }
}

#[tokio::test]
async fn an_event_above_the_highest_tlp_has_no_network() {
    let server = Server::saying(OK).await;
    let gate = gate(&grant(&[&server.origin()]));
    let cases = [
        (None, true),
        (Some(Tlp::Clear), true),
        (Some(Tlp::Amber), true),
        (Some(Tlp::AmberStrict), false),
        (Some(Tlp::Red), false),
    ];
    for (tlp, allowed) in cases {
        let mut call = Call::reaching(Reach::Granted(Some(gate.clone()), tlp), Arc::default());
        assert_eq!(call.get(&server.origin()).await.is_ok(), allowed, "{tlp:?}");
        assert_eq!(
            call.refusals
                .take()
                .is_some_and(|refusal| refusal.message.contains("max-tlp")),
            !allowed
        );
    }
}

#[tokio::test]
async fn a_name_with_any_address_that_is_refused_is_refused() {
    let cases: [&[&str]; 6] = [
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::ffff:10.0.0.1"],
        &["127.0.0.1", "10.0.0.1"],
        &["10.0.0.1", "127.0.0.1"],
        &["64:ff9b::a9fe:a9fe", "127.0.0.1"],
    ];
    for addresses in cases {
        let mut server = Server::saying(OK).await;
        let (names, _) = Names::answering(&[addresses]);
        let gate = Arc::new(Gate::new(&grant(&[&server.origin()]), &network(names)).unwrap());
        let mut call = Call::new(gate);
        let error = call.get(&server.origin()).await.unwrap_err();
        assert!(
            matches!(error, Error::DestinationIpProhibited),
            "{addresses:?}: {error:?}"
        );
        assert!(call.refusal().contains("`addresses`"));
        assert!(server.heard_nothing());
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_asked_once_for_each_request() {
    // Loopback stands for what is allowed, a private address for what is not.
    let mut server = Server::saying(OK).await;
    let (names, asked) = Names::answering(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let gate = Arc::new(Gate::new(&grant(&[&server.origin()]), &network(names)).unwrap());
    let mut call = Call::new(gate);
    assert_eq!(call.get(&server.origin()).await.unwrap().status(), 200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    server.next().await;
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::DestinationIpProhibited), "{error:?}");
    assert!(server.heard_nothing());
}

#[tokio::test]
async fn a_name_without_an_address_is_an_error_and_no_refusal() {
    let (names, _) = Names::answering(&[&[]]);
    let mut call = Call::new(Arc::new(
        Gate::new(&grant(&["http://api.test"]), &network(names)).unwrap(),
    ));
    let error = call.get("http://api.test/").await.unwrap_err();
    assert!(matches!(error, Error::DnsError { .. }), "{error:?}");
    assert!(call.refusals.take().is_none());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_its_target_is_refused() {
    let mut server = Server::saying(
        "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let mut call = Call::new(gate(&grant(&[&server.origin()])));
    let response = call.get(&server.origin()).await.unwrap();
    assert_eq!(response.status(), 302);
    server.next().await;
    let target = response.headers()["location"].to_str().unwrap();
    let error = call.get(target).await.unwrap_err();
    assert!(matches!(error, Error::HttpRequestDenied), "{error:?}");
    assert!(server.heard_nothing());
}

#[tokio::test]
async fn a_granted_origin_does_not_open_its_address() {
    for origin in ["http://169.254.169.254", "http://[::1]:1", "http://10.0.0.1"] {
        let mut call = Call::new(Arc::new(Gate::new(&HttpGrant::to([origin]), &network(here())).unwrap()));
        let error = call.get(origin).await.unwrap_err();
        assert!(matches!(error, Error::DestinationIpProhibited), "{origin}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_ends_with_the_time_for_the_first_byte() {
    let server = Server::doing(|stream, _| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    // The grant's patience, and the module's own.
    let options = RequestOptions {
        first_byte_timeout: impatient(),
        ..RequestOptions::default()
    };
    for (timeout, options) in [(impatient(), None), (None, Some(options))] {
        let mut call = Call::new(gate(&HttpGrant {
            timeout,
            ..grant(&[&server.origin()])
        }));
        let error = call.send_with(get(&server.origin()), options).await.unwrap_err();
        assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_ends_with_the_time_between_bytes() {
    let server = Server::doing(|mut stream, _| async move {
        request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nbeg").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let mut call = Call::new(gate(&HttpGrant {
        timeout: impatient(),
        ..grant(&[&server.origin()])
    }));
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");
}

#[tokio::test]
async fn a_head_that_trickles_ends_with_the_time_for_the_first_byte() {
    let server = Server::doing(|mut stream, _| async move {
        request(&mut stream).await;
        for byte in b"HTTP/1.1 200 OK\r\nx: ".iter().chain([b'y'].iter().cycle()) {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let mut call = Call::new(gate(&HttpGrant {
        timeout: impatient(),
        ..grant(&[&server.origin()])
    }));
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");
}

#[tokio::test]
async fn an_exchange_that_is_dropped_closes_its_connection() {
    let (closed, mut seen) = mpsc::unbounded_channel();
    let (begun, mut running) = mpsc::unbounded_channel();
    let server = Server::doing(move |mut stream, _| {
        let (closed, begun) = (closed.clone(), begun.clone());
        async move {
            request(&mut stream).await;
            begun.send(()).unwrap();
            let _ = stream.read(&mut [0]).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    let mut call = Call::new(gate(&grant(&[&server.origin()])));
    let sending = call
        .outgoing
        .send_request(get(&server.origin()), None, Box::new(async { Ok(()) }));
    let sending = tokio::spawn(Pin::from(sending));
    running.recv().await.unwrap();
    sending.abort();
    seen.recv().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    let cases = [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n".to_owned(),
            "HttpResponseBodySize(Some(1000))",
        ),
        (
            format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000)),
            "HttpResponseBodySize(Some(1000))",
        ),
        (
            format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffff\r\n{}",
                "x".repeat(70_000)
            ),
            "HttpResponseBodySize(Some(1000))",
        ),
        (
            format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(100_000)),
            "HttpResponseHeaderSectionSize(None)",
        ),
        (
            format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(1_000)),
            "HttpResponseHeaderSectionSize(None)",
        ),
        ("SSH-2.0-OpenSSH_9.6\r\n".to_owned(), "HttpProtocolError"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort".to_owned(),
            "HttpResponseIncomplete",
        ),
    ];
    for (answer, expected) in cases {
        let server = Server::saying(answer.clone()).await;
        let mut call = Call::new(gate(&HttpGrant {
            response_body: Some(1_000),
            ..grant(&[&server.origin()])
        }));
        let error = call.get(&server.origin()).await.unwrap_err();
        assert_eq!(format!("{error:?}"), expected, "{}", &answer[..50.min(answer.len())]);
    }
}

#[tokio::test]
async fn a_compressed_answer_stays_compressed() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nzip").await;
    let mut call = Call::new(gate(&grant(&[&server.origin()])));
    assert_eq!(&call.get(&server.origin()).await.unwrap().body()[..], b"zip");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_sent() {
    let mut server = Server::saying(OK).await;
    let mut call = Call::new(gate(&HttpGrant {
        methods: vec!["POST".into()],
        request_body: Some(1_000),
        ..grant(&[&server.origin()])
    }));
    let post = |length| build(Request::post(server.origin()), vec![b'x'; length]);
    let (fits, too_large) = (post(1_000), post(1_001));
    assert_eq!(call.send(fits).await.unwrap().status(), 200);
    assert!(server.next().await.ends_with(&"x".repeat(1_000)));
    let error = call.send(too_large).await.unwrap_err();
    assert!(matches!(error, Error::HttpRequestBodySize(Some(1_000))), "{error:?}");
    assert!(server.heard_nothing());
}

#[tokio::test]
async fn more_requests_than_a_minute_allows_are_not_sent() {
    let server = Server::saying(OK).await;
    let gate = gate(&HttpGrant {
        per_minute: Some(2),
        ..grant(&[&server.origin()])
    });
    // Over all deliveries.
    for _ in 0..2 {
        Call::new(gate.clone()).get(&server.origin()).await.unwrap();
    }
    let mut call = Call::new(gate);
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLimitReached), "{error:?}");
    assert!(call.refusals.take().is_none());
    assert!(call.log.take()[0].message.contains("per-minute"));
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_granted() {
    let server = Server::saying(OK).await;
    let gate = gate(&HttpGrant {
        concurrent: Some(1),
        timeout: impatient(),
        ..grant(&[&server.origin()])
    });
    let mut call = Call::new(gate);
    // Its body is not read: it is under way.
    let sending = call
        .outgoing
        .send_request(get(&server.origin()), None, Box::new(async { Ok(()) }));
    let first = Pin::from(sending).await.ok().unwrap();
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLimitReached), "{error:?}");
    drop(first);
    call.get(&server.origin()).await.unwrap();
}

#[tokio::test]
async fn an_error_of_the_network_has_its_own_code() {
    let port = {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        closed.local_addr().unwrap().port()
    };
    let origin = format!("http://127.0.0.1:{port}");
    let error = Call::new(gate(&grant(&[&origin]))).get(&origin).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionRefused), "{error:?}");
}

#[tokio::test]
async fn tls_takes_the_certificates_of_the_grants_authority_and_no_others() {
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    use tokio_rustls::rustls::{ServerConfig, crypto::ring};

    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["api.test".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let server = Server::doing(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                answer(&mut stream).await;
            }
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority_certificate.pem()).unwrap();

    let cases = [
        ("api.test", Some(ca.clone()), "200"),
        ("api.test", None, "TlsCertificateError"),
        ("other.test", Some(ca.clone()), "TlsCertificateError"),
        ("127.0.0.1", Some(ca), "TlsCertificateError"),
    ];
    for (host, ca, expected) in cases {
        let origin = format!("https://{host}:{}", server.port);
        let mut call = Call::new(gate(&HttpGrant {
            ca,
            ..grant(&[&origin])
        }));
        let ended = match call.get(&origin).await {
            Ok(response) => response.status().as_str().to_owned(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(ended, expected, "{host}");
    }
}

async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    request(stream).await;
    stream.write_all(OK.as_bytes()).await.unwrap();
    let _ = stream.shutdown().await;
}

#[test]
fn every_fault_of_a_grant_is_reported_at_once() {
    let wrong = HttpGrant {
        origins: vec![
            "https://a.test".into(),
            "https://hunter2@b.test".into(),
            "c.test".into(),
        ],
        methods: vec!["GET".into(), "TRACE".into(), "G E T".into()],
        ca: Some("no/such/file.pem".into()),
        concurrent: Some(0),
        per_minute: Some(0),
        ..HttpGrant::to([""; 0])
    };
    let faults = Gate::new(&wrong, &network(here())).err().unwrap();
    let faults = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in [
        "b.test",
        "c.test",
        "TRACE",
        "G E T",
        "no/such/file.pem",
        "concurrent",
        "per-minute",
    ] {
        assert!(faults.contains(part), "{part} in {faults}");
    }
    assert_eq!(faults.lines().count(), 7, "{faults}");
    assert!(!faults.contains("hunter2"), "{faults}");
}

#[test]
fn a_grant_is_read_from_a_file() {
    let grant: HttpGrant = toml::from_str(
        r#"
        origins = ["https://a.test"]
        methods = ["GET", "POST"]
        max-tlp = "green"
        addresses = ["10.0.0.0/8"]
        timeout = "3s"
        response-body = "1 MiB"
        per-minute = 10
        "#,
    )
    .unwrap();
    assert_eq!(grant.max_tlp, Tlp::Green);
    assert_eq!(grant.timeout, Some(Duration::from_secs(3)));
    assert_eq!(grant.response_body, Some(1 << 20));
    assert_eq!(grant.per_minute, Some(10));
    assert_eq!(grant.addresses, ["10.0.0.0/8".parse().unwrap()]);
    assert!(toml::from_str::<HttpGrant>("origins = []\nfollow-redirects = true").is_err());
}

/// A vault with a secret `token` for the first origin of two servers.
fn vault(value: &str, places: &[Place], first: &Server, second: &Server) -> Arc<Vault> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, value).unwrap();
    let secret = SecretGrant {
        env: None,
        file: Some(file),
        origins: vec![first.origin()],
        places: places.to_vec(),
    };
    let granted = [first, second].map(|server| Origin::parse(&server.origin()).unwrap());
    Arc::new(Vault::open(&[("token".to_owned(), secret)].into(), &granted).unwrap())
}

/// Where a request has the placeholder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Header,
    HeaderName,
    Path,
    Query,
    Body(&'static str),
}

fn carrying(at: At, origin: &str, text: &str) -> Request<WasiBody> {
    let post = Request::post(match at {
        At::Path => format!("{origin}/{text}?x=1"),
        At::Query => format!("{origin}/?key={text}&x=1"),
        _ => format!("{origin}/"),
    });
    match at {
        At::Header => build(post.header("authorization", format!("Bearer {text}")), ""),
        At::HeaderName => build(post.header(text, "x"), ""),
        At::Body(kind) => build(post.header("content-type", kind), format!("a={text}&b={text}")),
        At::Path | At::Query => build(post, ""),
    }
}

#[tokio::test]
async fn a_secret_is_placed_where_it_is_granted_and_a_placeholder_goes_nowhere_else() {
    const VALUE: &str = "s3cr&t\"/+x";
    let everywhere = [Place::Header, Place::Path, Place::Query, Place::Body];
    let form = At::Body("application/x-www-form-urlencoded");
    let json = At::Body("application/json; charset=utf-8");
    let cases: [(&[Place], At, Option<&str>); 13] = [
        (
            &[Place::Header],
            At::Header,
            Some("authorization: Bearer s3cr&t\"/+x\r\n"),
        ),
        (&[Place::Query], At::Query, Some("POST /?key=s3cr%26t%22%2F%2Bx&x=1 ")),
        (
            &[Place::Body],
            At::Body("text/plain"),
            Some("a=s3cr&t\"/+x&b=s3cr&t\"/+x"),
        ),
        (&[Place::Body], form, Some("a=s3cr%26t%22%2F%2Bx&b=s3cr%26t%22%2F%2Bx")),
        (&[Place::Body], json, Some("a=s3cr&t\\\"/+x&b=s3cr&t\\\"/+x")),
        (&[Place::Path], At::Path, Some("POST /s3cr&t%22/+x?x=1 ")),
        (&[Place::Query, Place::Body], At::Header, None),
        (&[Place::Header, Place::Body], At::Query, None),
        (&[Place::Header, Place::Query], form, None),
        (&[Place::Header, Place::Query, Place::Body], At::Path, None),
        (&everywhere, At::HeaderName, None),
        (&everywhere, At::Header, Some("s3cr")),
        (&everywhere, At::Query, Some("s3cr")),
    ];
    let (mut first, mut second) = (Server::saying(OK).await, Server::saying(OK).await);
    let grant = HttpGrant {
        methods: vec!["POST".into()],
        ..grant(&[&first.origin(), &second.origin()])
    };
    let gate = gate(&grant);
    for (places, at, expected) in cases {
        let vault = vault(VALUE, places, &first, &second);
        let mut call = Call::reaching(Reach::Granted(Some(gate.clone()), None), vault);
        let placeholder = call.outgoing.placeholder("token");
        let answer = call.send(carrying(at, &first.origin(), &placeholder)).await;
        if let Some(expected) = expected {
            assert_eq!(answer.unwrap().status(), 200, "{places:?} {at:?}");
            let heard = first.next().await;
            assert!(heard.contains(expected), "{expected} in {heard}");
            assert!(!heard.contains(&placeholder), "{heard}");
        } else {
            let error = answer.unwrap_err();
            assert!(
                matches!(error, Error::HttpRequestDenied),
                "{places:?} {at:?}: {error:?}"
            );
            let refusal = call.refusal();
            assert!(refusal.contains("`token`") && !refusal.contains("s3cr"), "{refusal}");
            assert!(first.heard_nothing());
        }

        // Not to the other origin, which is granted, but not the secret's.
        let mut call = Call::reaching(
            Reach::Granted(Some(gate.clone()), None),
            self::vault(VALUE, places, &first, &second),
        );
        let placeholder = call.outgoing.placeholder("token");
        let error = call
            .send(carrying(at, &second.origin(), &placeholder))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::HttpRequestDenied),
            "{places:?} {at:?}: {error:?}"
        );
        assert!(call.refusal().contains("`token`"));
        assert!(second.heard_nothing());
    }
}

#[tokio::test]
async fn the_placeholder_of_one_delivery_is_worth_nothing_in_another() {
    let (mut first, second) = (Server::saying(OK).await, Server::saying(OK).await);
    let gate = gate(&HttpGrant {
        methods: vec!["POST".into()],
        ..grant(&[&first.origin()])
    });
    let vault = vault("hunter22", &[Place::Header], &first, &second);
    let call = |gate: &Arc<Gate>| Call::reaching(Reach::Granted(Some(gate.clone()), None), vault.clone());
    let stale = call(&gate).outgoing.placeholder("token");
    let mut later = call(&gate);
    assert_ne!(later.outgoing.placeholder("token"), stale);
    later.send(carrying(At::Header, &first.origin(), &stale)).await.unwrap();
    let heard = first.next().await;
    assert!(heard.contains(&stale) && !heard.contains("hunter22"), "{heard}");
}

#[tokio::test]
async fn a_secret_that_a_server_repeats_is_masked_even_in_pieces() {
    let server = Server::doing(|mut stream, _| async move {
        request(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\nx-echo: <hunter22>\r\ncontent-length: 30\r\n\r\n";
        stream.write_all(head).await.unwrap();
        for piece in ["you sent hun", "ter", "22, hunter2", "1 hu"] {
            stream.write_all(piece.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            // So that each is likely a frame of its own; whether it is changes nothing.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let other = Server::saying(OK).await;
    let vault = vault("hunter22", &[Place::Header], &server, &other);
    let gate = gate(&grant(&[&server.origin()]));
    let mut call = Call::reaching(Reach::Granted(Some(gate), None), vault);
    let response = call.get(&server.origin()).await.unwrap();
    assert_eq!(response.headers()["x-echo"], "<********>");
    assert_eq!(&response.body()[..], b"you sent ********, hunter21 hu");
}

#[tokio::test]
async fn secrets_cannot_make_a_request_grow_beyond_its_limits() {
    let (mut first, second) = (Server::saying(OK).await, Server::saying(OK).await);
    let vault = vault(&"x".repeat(10_000), &[Place::Body, Place::Header], &first, &second);
    let gate = gate(&HttpGrant {
        methods: vec!["POST".into()],
        ..grant(&[&first.origin()])
    });
    let mut call = Call::reaching(Reach::Granted(Some(gate), None), vault);
    let placeholder = call.outgoing.placeholder("token");
    let bomb = placeholder.repeat(10_000);
    let error = call
        .send(carrying(At::Body("text/plain"), &first.origin(), &bomb))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::HttpRequestBodySize(_)), "{error:?}");
    let bomb = placeholder.repeat(100);
    let error = call
        .send(carrying(At::Header, &first.origin(), &bomb))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::HttpRequestBodySize(_)), "{error:?}");
    assert!(first.heard_nothing());
}

#[test]
fn the_system_resolver_knows_this_machine() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let found = runtime.block_on(SystemResolver.resolve("localhost")).unwrap();
    assert!(found.contains(&IpAddr::V4(Ipv4Addr::LOCALHOST)), "{found:?}");
}
