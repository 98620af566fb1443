package io.gracefulbackup.ipfs;

import io.gracefulbackup.http.Answer;
import java.io.IOException;
import java.util.Locale;

/** Pinata refuses; asking again would change nothing. The message names the next step. */
final class PinataException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    enum Kind {
        /** The credentials are wrong or revoked. */
        CREDENTIALS,
        /** The credentials are good, but not for this. */
        PERMISSION,
        /** The plan is used up. */
        PLAN,
        /** The file is too large for this way. */
        TOO_LARGE,
        /** There is nothing to unpin. */
        NOT_PINNED,
        /** Anything else. */
        OTHER
    }

    private PinataException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Understands an answer that is not success.
     *
     * @param said what the operator should read of it
     * @param access the credentials that were used
     * @param permission the permission that the call needs, in Pinata's words
     */
    static PinataException of(Answer answer, String said, Access access, String permission) {
        Kind kind = kind(answer);
        return new PinataException(
                kind,
                said
                        + switch (kind) {
                            case CREDENTIALS ->
                                "; check " + access + ", or make a new key at Pinata (API Keys) and set that";
                            case PERMISSION ->
                                "; the key in " + access + " lacks the permission " + permission
                                        + ": make one that has it at Pinata (API Keys)";
                            case PLAN -> "; Pinata's plan is used up: remove pins there, or choose a larger plan";
                            case TOO_LARGE, NOT_PINNED -> "";
                            case OTHER ->
                                answer.status() / 100 == 3
                                        ? "; redirects are not followed, for they would get the credentials: check PINATA_API_URL and"
                                                + " PINATA_UPLOAD_URL"
                                        : "";
                        });
    }

    Kind kind() {
        return kind;
    }

    /** Whether other credentials could do it. */
    boolean isRefusal() {
        return kind == Kind.CREDENTIALS || kind == Kind.PERMISSION;
    }

    private static Kind kind(Answer answer) {
        String saying = answer.saying().toLowerCase(Locale.ROOT);
        if (saying.contains("revoked") || answer.status() == 401) {
            return Kind.CREDENTIALS;
        } else if (answer.status() == 403 && saying.contains("scope")) {
            return Kind.PERMISSION;
        } else if (saying.contains("plan") && saying.contains("limit")) {
            return Kind.PLAN;
        } else if (answer.status() == 413) {
            return Kind.TOO_LARGE;
        } else if (answer.status() == 404 || saying.contains("has_not_pinned") || saying.contains("has not pinned")) {
            return Kind.NOT_PINNED;
        }
        return Kind.OTHER;
    }
}
