/** Why a COSE message is refused. 20 to 39 of the numbers that docs/update-package.md lists. */
export enum CoseRefusal {
    /** A header parameter that is not known here, in a place where it does not belong, or twice. */
    Header = 20,
    /** The protected header names no algorithm. */
    AlgorithmMissing = 21,
    /** Nothing says whose signature it is. */
    KeyIdMissing = 22,
    /** The signature's algorithm is not the one of the key it names. */
    Algorithm = 23,
    /** The signature is not as long as those of its algorithm are. */
    SignatureLength = 24,
    /** The signature is not of this content by this key. */
    Signature = 25,
    /** A kind of message that is not known here: COSE_Sign1 is. */
    Message = 26,
}
