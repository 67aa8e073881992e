//! The hello by which nodes of one chain know each other, as in
//! `proto/rustorium/v1/network.proto`: one frame in each direction of a stream.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use libp2p::futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::identity::Keypair;
use libp2p::{request_response, StreamProtocol};
use prost::Message;

/// What a record is signed over begins with this, and goes on with the hash of the genesis.
const RECORD_DOMAIN: u8 = 0x30;
const HELLO_BYTES_MAX: usize = 128 * 1024;

#[derive(Clone, PartialEq, Message)]
pub struct PeerRecord {
    #[prost(bytes = "vec", tag = "1")]
    pub public_key: Vec<u8>,
    #[prost(uint64, tag = "2")]
    pub time_ms: u64,
    #[prost(string, repeated, tag = "3")]
    pub addresses: Vec<String>,
    #[prost(uint32, tag = "4")]
    pub data_port: u32,
    #[prost(bytes = "vec", tag = "5")]
    pub certificate_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub struct SignedPeerRecord {
    #[prost(bytes = "vec", tag = "1")]
    pub record: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub signature: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub struct PeerHello {
    #[prost(bytes = "vec", tag = "1")]
    pub genesis_hash: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub own: Option<SignedPeerRecord>,
    #[prost(message, repeated, tag = "3")]
    pub known: Vec<SignedPeerRecord>,
    #[prost(uint32, tag = "4")]
    pub refusal: u32,
}

/// The hello of a node that is reached at `address` and has no data plane: what
/// it gives as that port is the one of libp2p, where nobody speaks its protocol.
pub fn own_hello(
    key: &Keypair,
    genesis_hash: &[u8],
    address: &str,
    port: u16,
) -> Result<PeerHello, Box<dyn std::error::Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let record = PeerRecord {
        public_key: key.public().try_into_ed25519()?.to_bytes().to_vec(),
        time_ms: u64::try_from(now.as_millis())?,
        addresses: vec![address.to_owned()],
        data_port: port.into(),
        certificate_hash: vec![0; 32],
    }
    .encode_to_vec();
    let signed = [&[RECORD_DOMAIN], genesis_hash, &record].concat();
    let signature = key.sign(&signed)?;
    Ok(PeerHello {
        genesis_hash: genesis_hash.to_vec(),
        own: Some(SignedPeerRecord { record, signature }),
        known: Vec::new(),
        refusal: 0,
    })
}

/// Frames as Rustorium's: `length (u32, little endian) | content`.
#[derive(Clone, Default)]
pub struct HelloCodec;

#[async_trait]
impl request_response::Codec for HelloCodec {
    type Protocol = StreamProtocol;
    type Request = PeerHello;
    type Response = PeerHello;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<PeerHello>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<PeerHello>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io).await
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        hello: PeerHello,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &hello).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        hello: PeerHello,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &hello).await
    }
}

async fn read<T: AsyncRead + Unpin + Send>(io: &mut T) -> io::Result<PeerHello> {
    let mut head = [0; 4];
    io.read_exact(&mut head).await?;
    let length = u32::from_le_bytes(head) as usize;
    if length > HELLO_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too long"));
    }
    let mut content = vec![0; length];
    io.read_exact(&mut content).await?;
    PeerHello::decode(content.as_slice())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

async fn write<T: AsyncWrite + Unpin + Send>(io: &mut T, hello: &PeerHello) -> io::Result<()> {
    let content = hello.encode_to_vec();
    let length = u32::try_from(content.len()).map_err(io::Error::other)?;
    io.write_all(&length.to_le_bytes()).await?;
    io.write_all(&content).await
}
