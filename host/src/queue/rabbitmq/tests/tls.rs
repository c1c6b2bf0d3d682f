//! TLS.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::node::{Node, free_port};
use super::place::Corner;
use super::{RabbitMq, RabbitQueue};
use crate::queue::Queue;
use crate::queue::tests::{bodies, message, take, wanted};

/// A certificate for `localhost`, and who vouches for it.
fn certify(folder: &Path) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    for (name, text) in [
        ("ca.pem", authority.pem()),
        ("cert.pem", certificate.pem()),
        ("key.pem", key.serialize_pem()),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_holds_or_says_why_not() {
    let port = free_port();
    let node = Node::start(|folder| {
        certify(folder);
        let file = |name: &str| folder.join(name).display().to_string();
        format!(
            "listeners.ssl.local = 127.0.0.1:{port}\nssl_options.cacertfile = {}\nssl_options.certfile = {}\n\
             ssl_options.keyfile = {}\nssl_options.verify = verify_none\n",
            file("ca.pem"),
            file("cert.pem"),
            file("key.pem")
        )
    })
    .await;
    let corner = Corner::at(&node.url()).await;
    let authority = node.folder.path().join("ca.pem");
    let with = |host: &str, port: u16, ca: bool| RabbitMq {
        ca: ca.then(|| authority.clone()),
        ..corner.settings_at(&format!("amqps://guest:guest@{host}:{port}/%2f"))
    };

    let queue = RabbitQueue::open(&with("localhost", port, true)).await.unwrap();
    queue.put(vec![message("a", "secret")], None).await.unwrap();
    let taken = take(&queue, &wanted(9, &[("a", 9)]), 1).await;
    assert_eq!(bodies(&taken), ["secret"]);
    queue.done(taken).await.unwrap();
    queue.close().await;

    let stranger = RabbitQueue::open(&with("localhost", port, false)).await.unwrap_err();
    assert!(stranger.to_string().contains("TLS failed"), "{stranger}");
    let other_name = RabbitQueue::open(&with("127.0.0.1", port, true)).await.unwrap_err();
    assert!(other_name.to_string().contains("TLS failed"), "{other_name}");
    let plain: u16 = url::Url::parse(&node.url()).unwrap().port().unwrap();
    let no_tls = RabbitQueue::open(&with("localhost", plain, true)).await.unwrap_err();
    assert!(no_tls.to_string().contains("TLS failed"), "{no_tls}");
}
