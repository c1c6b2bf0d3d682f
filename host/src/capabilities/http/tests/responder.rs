//! A responder that sends requests to the network after all.

use super::*;

/// Sends everything, and keeps what came back.
#[derive(Default)]
struct Watching {
    seen: std::sync::Mutex<Vec<(String, Result<HttpResponse, HttpFault>)>>,
}

#[async_trait::async_trait]
impl Responder for Arc<Watching> {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let asked = format!("{request:?}");
        let answered = request.send().await;
        self.seen.lock().unwrap().push((asked, answered.clone()));
        answered
    }
}

fn watched(grant: &HttpGrant, resolver: Arc<dyn Resolver>) -> (Arc<Gate>, Arc<Watching>) {
    let watching = Arc::new(Watching::default());
    let network = Network {
        resolver,
        responder: Some(Arc::new(watching.clone())),
    };
    (Arc::new(Gate::new(grant, &network).unwrap()), watching)
}

#[tokio::test]
async fn what_is_sent_has_its_secrets_and_what_is_seen_has_not() {
    let mut server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\ns3cr3t!").await;
    let other = Server::saying(OK).await;
    let (gate, watching) = watched(&grant(&[&server.origin()]), here());
    let mut call = Call::reaching(
        Reach::Granted(Some(gate), None),
        vault("s3cr3t!", &[Place::Header], &server, &other),
    );
    let placeholder = call.outgoing.placeholder("token");
    let request = Request::get(format!("{}/a", server.origin())).header("x-key", placeholder);
    let response = call.send(build(request, "")).await.unwrap();

    let heard = server.next().await;
    assert!(heard.contains("x-key: s3cr3t!"), "{heard}");
    let seen = watching.seen.lock().unwrap();
    let [(asked, Ok(answered))] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert!(asked.contains("<secret token>") && !asked.contains("s3cr3t"), "{asked}");
    assert_eq!(answered.body.as_ref(), b"*******");
    assert_eq!(response.body().as_ref(), b"*******");
}

#[tokio::test]
async fn an_address_that_is_not_granted_is_refused_to_it_too() {
    let server = Server::saying(OK).await;
    let (gate, watching) = watched(&HttpGrant::to([server.origin()]), here());
    let mut call = Call::new(gate);
    let error = call.get(&server.origin()).await.unwrap_err();
    assert!(matches!(error, Error::DestinationIpProhibited), "{error:?}");
    assert!(call.refusal().contains("127.0.0.1"));
    let seen = watching.seen.lock().unwrap();
    assert!(matches!(seen.as_slice(), [(_, Err(HttpFault::Denied(_)))]), "{seen:?}");
}

#[tokio::test]
async fn what_the_network_does_not_answer_is_told_as_it_is() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://api.test:{}", nobody.local_addr().unwrap().port());
    drop(nobody);
    let (gate, watching) = watched(&grant(&[&origin]), here());
    let error = Call::new(gate).get(&origin).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionRefused), "{error:?}");
    let seen = watching.seen.lock().unwrap();
    assert!(matches!(seen.as_slice(), [(_, Err(HttpFault::Refused))]), "{seen:?}");
}
