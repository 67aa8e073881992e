//! Published and generated signature vectors, alone and in batches. The same
//! files are run through both WASM artefacts by `src/core/vectors_test.ts`.

use rustorium_core::ed25519::{public_key_of, sign_with, verify, verify_all, verify_batch, Check};
use serde_json::Value;

struct Case {
    name: String,
    public_key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    valid: bool,
}

/// Wycheproof cases that are invalid by RFC 8032 and valid by ZIP-215; the
/// reasons stand in `vectors/README.md`.
const WYCHEPROOF_VALID_BY_ZIP215: [u64; 1] = [151];

fn load(name: &str) -> Value {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn plain(name: &str) -> Vec<Case> {
    let cases = load(name)["cases"].as_array().unwrap().clone();
    cases
        .iter()
        .map(|case| Case {
            name: case["name"].as_str().unwrap().into(),
            public_key: bytes(&case["publicKey"]),
            message: bytes(&case["message"]),
            signature: bytes(&case["signature"]),
            valid: case["valid"].as_bool().unwrap(),
        })
        .collect()
}

fn wycheproof() -> Vec<Case> {
    let mut cases = Vec::new();
    for group in load("wycheproof_ed25519")["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let id = test["tcId"].as_u64().unwrap();
            let valid = test["result"] == "valid";
            let differs = WYCHEPROOF_VALID_BY_ZIP215.contains(&id);
            assert!(!(valid && differs), "case {id} does not differ");
            cases.push(Case {
                name: format!("{id}: {}", test["comment"].as_str().unwrap()),
                public_key: bytes(&group["publicKey"]["pk"]),
                message: bytes(&test["msg"]),
                signature: bytes(&test["sig"]),
                valid: valid || differs,
            });
        }
    }
    cases
}

/// The checks of the cases whose signature has a signature's length.
fn checks(cases: &[Case]) -> Vec<(Check<'_>, bool)> {
    let of = |case: &'_ Case| {
        assert!(case.signature.len() == 64 || !case.valid, "{}", case.name);
    };
    cases.iter().for_each(of);
    cases
        .iter()
        .filter_map(|case| {
            let signature = case.signature.as_slice().try_into().ok()?;
            let public_key = case.public_key.as_slice().try_into().unwrap();
            Some((Check { public_key, message: &case.message, signature }, case.valid))
        })
        .collect()
}

fn alone(cases: &[Case]) {
    for (case, (check, valid)) in
        cases.iter().filter(|case| case.signature.len() == 64).zip(checks(cases))
    {
        assert_eq!(check.holds(), valid, "{}", case.name);
    }
}

fn together(cases: &[Case]) {
    let checks = checks(cases);
    let (checks, expected): (Vec<Check<'_>>, Vec<bool>) = checks.into_iter().unzip();
    for seed in [[0; 32], [7; 32]] {
        assert_eq!(verify_batch(&checks, &seed), expected);
        let valid: Vec<Check<'_>> = checks
            .iter()
            .zip(&expected)
            .filter(|(_, valid)| **valid)
            .map(|(check, _)| *check)
            .collect();
        assert!(verify_all(&valid, &seed));
    }
}

#[test]
fn rfc_8032_signatures_are_valid_and_made_again() {
    let cases = plain("rfc8032");
    assert_eq!(cases.len(), 5);
    alone(&cases);
    for case in load("rfc8032")["cases"].as_array().unwrap() {
        let seed: [u8; 32] = bytes(&case["seed"]).try_into().unwrap();
        assert_eq!(public_key_of(&seed).to_vec(), bytes(&case["publicKey"]));
        assert_eq!(sign_with(&seed, &bytes(&case["message"])).to_vec(), bytes(&case["signature"]));
    }
}

#[test]
fn wycheproof_verdicts_hold_alone_and_together() {
    let cases = wycheproof();
    assert_eq!(cases.len(), 151);
    alone(&cases);
    together(&cases);
}

#[test]
fn zip_215_verdicts_hold_alone_and_together() {
    let cases = plain("zip215");
    assert_eq!(cases.len(), 325);
    assert_eq!(cases.iter().take(196).filter(|case| case.valid).count(), 196);
    alone(&cases);
    together(&cases);
}

#[test]
fn a_batch_names_exactly_the_bad_signatures() {
    let seeds: Vec<[u8; 32]> =
        (0..700u32).map(|n| *blake3::hash(&n.to_le_bytes()).as_bytes()).collect();
    let keys: Vec<[u8; 32]> = seeds.iter().map(public_key_of).collect();
    let messages: Vec<Vec<u8>> = (0..700usize).map(|n| vec![n as u8; n % 50]).collect();
    let good: Vec<[u8; 64]> =
        seeds.iter().zip(&messages).map(|(seed, message)| sign_with(seed, message)).collect();
    for bad in [
        vec![],
        vec![0],
        vec![699],
        vec![3, 4, 5, 511, 512],
        (0..700).step_by(3).collect(),
        (0..700).collect::<Vec<usize>>(),
    ] {
        let mut signatures = good.clone();
        for index in &bad {
            signatures[*index][index % 64] ^= 1;
        }
        let checks: Vec<Check<'_>> = (0..700)
            .map(|n| Check {
                public_key: &keys[n],
                message: &messages[n],
                signature: &signatures[n],
            })
            .collect();
        let expected: Vec<bool> = (0..700).map(|n| !bad.contains(&n)).collect();
        assert_eq!(verify_batch(&checks, &[1; 32]), expected);
        assert_eq!(verify_all(&checks, &[1; 32]), bad.is_empty());
    }
    assert!(verify_batch(&[], &[0; 32]).is_empty());
    assert!(verify_all(&[], &[0; 32]));
}

/// Two bad signatures whose errors cancel each other if both count with the
/// same coefficient.
#[test]
fn errors_that_cancel_each_other_are_noticed() {
    let seed = [9; 32];
    let key = public_key_of(&seed);
    let mut signatures: Vec<[u8; 64]> = (0..16u8).map(|n| sign_with(&seed, &[n])).collect();
    let messages: Vec<[u8; 1]> = (0..16u8).map(|n| [n]).collect();
    // s + 1 in one, s - 1 in the other; without carry, as the low bytes show.
    let up = signatures.iter().position(|signature| signature[32] < 255).unwrap();
    let down = signatures.iter().rposition(|signature| signature[32] > 0).unwrap();
    assert_ne!(up, down);
    signatures[up][32] += 1;
    signatures[down][32] -= 1;
    let checks: Vec<Check<'_>> = signatures
        .iter()
        .zip(&messages)
        .map(|(signature, message)| Check { public_key: &key, message, signature })
        .collect();
    assert!(!verify_all(&checks, &[0; 32]));
    let verdicts = verify_batch(&checks, &[0; 32]);
    assert_eq!(verdicts.iter().filter(|valid| !**valid).count(), 2);
    assert!(!verify(&key, &messages[up], &signatures[up]));
}
