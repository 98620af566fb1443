package io.gracefulbackup.ipfs;

import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.util.Locale;

/** Pinata refused a request, and repeating it would change nothing. The message names the next step. */
final class PinataException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The reason of a refusal. */
    enum Kind {
        /** The credentials are wrong or revoked. */
        CREDENTIALS,
        /** The credentials are valid, but do not permit this request. */
        PERMISSION,
        /** The limits of the plan are reached. */
        PLAN,
        /** The file is too large for this API. */
        TOO_LARGE,
        /** There is no such pin. */
        NOT_PINNED,
        /** Any other reason. */
        OTHER
    }

    private PinataException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Interprets an unsuccessful response.
     *
     * @param description the response in words, for the operator
     * @param credentials the credentials that were used
     * @param permission the permission that the request needs, as Pinata calls it
     */
    static PinataException of(
            BufferedResponse response, String description, PinataCredentials credentials, String permission) {
        Kind kind = kind(response);
        return new PinataException(
                kind,
                description
                        + switch (kind) {
                            case CREDENTIALS ->
                                "; check " + credentials + ", or make a new key at Pinata (API Keys) and set that";
                            case PERMISSION ->
                                "; the key in " + credentials + " lacks the permission " + permission
                                        + ": make one that has it at Pinata (API Keys)";
                            case PLAN -> "; Pinata's plan is used up: remove pins there, or choose a larger plan";
                            case TOO_LARGE, NOT_PINNED -> "";
                            case OTHER -> advice(response.status(), credentials);
                        });
    }

    private static String advice(int status, PinataCredentials credentials) {
        if (status / 100 == 3) {
            return "; redirects are not followed, because they could leak the credentials: check PINATA_API_URL and"
                    + " PINATA_UPLOAD_URL";
        }
        return status == 403
                ? "; Pinata does not say why: check " + credentials + ", what its key permits, and the plan"
                : "";
    }

    Kind kind() {
        return kind;
    }

    /** Whether the request may succeed with other credentials. */
    boolean isRefusal() {
        return kind == Kind.CREDENTIALS || kind == Kind.PERMISSION;
    }

    /** The failure as the library distinguishes it: permanent, if somebody must change the key or the plan first. */
    IOException forCaller() {
        return switch (kind) {
            case CREDENTIALS, PERMISSION, PLAN -> new PermanentFailureException(String.valueOf(getMessage()), this);
            case TOO_LARGE, NOT_PINNED, OTHER -> this;
        };
    }

    private static Kind kind(BufferedResponse response) {
        String error = response.errorText().toLowerCase(Locale.ROOT);
        if (error.contains("revoked") || response.status() == 401) {
            return Kind.CREDENTIALS;
        } else if (response.status() == 403 && error.contains("scope")) {
            return Kind.PERMISSION;
        } else if (error.contains("plan") && error.contains("limit")) {
            return Kind.PLAN;
        } else if (response.status() == 413) {
            return Kind.TOO_LARGE;
        } else if (response.status() == 404 || error.contains("has_not_pinned") || error.contains("has not pinned")) {
            return Kind.NOT_PINNED;
        }
        return Kind.OTHER;
    }
}
