package io.gracefulbackup.testkit.fakes;

/** The kinds of calls to Pinata, to choose those that a {@link Fault} affects. */
public enum PinataCall {
    /** {@code POST /pinning/pinFileToIPFS}. */
    LEGACY_UPLOAD,
    /** {@code GET /data/pinList}. */
    LEGACY_LIST,
    /** {@code DELETE /pinning/unpin/{cid}}. */
    LEGACY_UNPIN,
    /** {@code PUT /pinning/hashMetadata}. */
    LEGACY_METADATA,
    /** {@code GET /data/testAuthentication}. */
    LEGACY_TEST,
    /** {@code POST /v3/files}: a whole file, or the start of a resumable upload. */
    V3_UPLOAD,
    /** {@code PATCH /v3/files/{upload}}: a piece of a resumable upload. */
    V3_PIECE,
    /** {@code GET /v3/files/{network}}. */
    V3_LIST,
    /** {@code DELETE /v3/files/{network}/{id}}. */
    V3_DELETE,
    /** {@code GET} or {@code HEAD /ipfs/{cid}} at the gateway. */
    DOWNLOAD,
    /** Anything else; answered with 404. */
    UNKNOWN
}
