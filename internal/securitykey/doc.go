// Package securitykey speaks with FIDO2 security keys: it makes a credential on
// one and asks it for the secret that belongs to a salt (the hmac-secret
// extension). Sotto uses that secret as a second factor beside the passphrase.
//
// It implements the client half of CTAP 2.1 (FIDO Alliance, proposed standard of
// June 2021) as far as that needs: CTAPHID (§11.2), authenticatorGetInfo (§6.4),
// authenticatorMakeCredential (§6.1), authenticatorGetAssertion (§6.2),
// authenticatorClientPIN with both PIN protocols (§6.5) and hmac-secret (§12.5).
// Left out: resident credentials, fingerprints, NFC and Bluetooth, attestation
// and signatures (nobody here is to be convinced of anything: a wrong key gives a
// wrong secret, which opens nothing).
//
// Keys.Register and Keys.HMACSecret are what callers need. System is the bus of
// this computer: hidraw on Linux. On other systems none is there, and callers do
// not offer security keys. Package softkey is an authenticator in software, for
// tests and pictures.
package securitykey
