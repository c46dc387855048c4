/** What can be wrong with a certificate, whoever signed it. Each goes on from "its certificate" or the name of a file. */
export const CERTIFICATE_FAULTS = {
    notDer: "is not X.509 in DER with nothing behind it",
    version: "is not of version 3",
    serialNumber: "has a serial number that is not positive, or longer than 20 bytes",
    signatureAlgorithm: "is not signed with Ed25519, or ECDSA with SHA-256, said twice in the same way",
    uniqueIdentifier: "has a unique identifier, which nobody understands any more",
    validity: "has dates that RFC 5280 does not allow, or that end before they begin",
    key: "has a key that is no sound one of P-256 or Ed25519",
    subject: "has a subject other than those that are written here",
    issuer: "is not issued by the subject itself",
    extensionTwice: "has an extension twice",
    extensionUnknown: "has a critical extension that is not known",
    basicConstraints: "says of itself wrongly whether it may sign certificates",
    keyUsage: "allows another use of its key, or does not say which",
    extendedKeyUsage: "is for certain purposes, and this one is not among them",
    subjectKeyIdentifier: "has no identifier of its key, or one of another form",
    authorityKeyIdentifier: "has no identifier of its authority's key, or one of another form",
    testUnit: "says that it is a test unit's, but not in the one way of saying so",
    signature: "is not signed by its own key",
} as const

export type CertificateFault = keyof typeof CERTIFICATE_FAULTS
