package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An account at Pinata, through the APIs that its credentials are valid for. */
final class PinataAccount {
    private final Optional<V3Api> v3;
    private final LegacyApi legacy;
    private final boolean sharedCredentials;

    /**
     * Creates the account.
     *
     * @param v3 the v3 API, if there is a JWT
     * @param sharedCredentials whether both APIs use the same credentials; then one API may refuse them because they
     *     are only valid for the other
     */
    PinataAccount(Optional<V3Api> v3, LegacyApi legacy, boolean sharedCredentials) {
        this.v3 = v3;
        this.legacy = legacy;
        this.sharedCredentials = sharedCredentials;
    }

    /**
     * Uploads a file through the v3 API, or through the legacy API if v3 cannot take it.
     *
     * @return the CID that Pinata reports
     */
    String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline)
            throws IOException {
        if (v3.isEmpty()) {
            return legacy.upload(name, keyValues, content, deadline);
        }
        String v3Failure = content.contentLength() + " bytes are more than the limit of " + V3Api.MAX_FORM_BYTES;
        if (content.contentLength() <= V3Api.MAX_FORM_BYTES) {
            try {
                return v3.get().upload(name, keyValues, content, deadline);
            } catch (PinataException e) {
                if (!e.isRefusal() && e.kind() != PinataException.Kind.TOO_LARGE) {
                    throw e;
                }
                v3Failure = message(e);
            }
        }
        try {
            return legacy.upload(name, keyValues, content, deadline);
        } catch (PinataException e) {
            throw neither(v3Failure, e);
        }
    }

    private static IOException neither(String v3Failure, PinataException legacyFailure) {
        return new IOException(
                "the v3 API cannot take the upload: " + v3Failure + "; nor can the legacy API: "
                        + message(legacyFailure),
                legacyFailure);
    }

    /** Checks what can be known without an upload about the API that takes uploads; see {@link PinataApi#probe}. */
    void probe(Deadline deadline) throws IOException {
        if (v3.isEmpty()) {
            probeLegacy(deadline);
            return;
        }
        try {
            v3.get().probe(deadline);
        } catch (PinataException e) {
            if (!e.isRefusal()) {
                throw e;
            }
            try {
                probeLegacy(deadline);
            } catch (PinataException legacyFailure) {
                throw neither(message(e), legacyFailure);
            }
        }
    }

    private void probeLegacy(Deadline deadline) throws IOException {
        try {
            legacy.probe(deadline);
        } catch (PinataException e) {
            // A key that may not test itself may upload all the same.
            if (e.kind() != PinataException.Kind.PERMISSION) {
                throw e;
            }
        }
    }

    /**
     * The pins in the listings of both APIs.
     *
     * @param pins the pins that may be backups
     * @param refusals the reasons of the APIs that refused to list; if there are any, pins may be missing
     */
    record PinListing(List<Pin> pins, List<String> refusals) {}

    /**
     * Lists the pins through both APIs.
     *
     * @throws IOException if an API cannot be reached, or both reject the credentials
     */
    PinListing list(String application, Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        List<PinataException> refusals = new ArrayList<>();
        List<PinataApi> apis = apis();
        for (PinataApi api : apis) {
            try {
                pins.addAll(api.list(application, deadline));
            } catch (PinataException e) {
                if (!e.isRefusal() || (e.kind() == PinataException.Kind.CREDENTIALS && !sharedCredentials)) {
                    throw e;
                }
                refusals.add(e);
            }
        }
        if (refusals.size() == apis.size()
                && refusals.stream().allMatch(e -> e.kind() == PinataException.Kind.CREDENTIALS)) {
            throw refusals.get(0);
        }
        return new PinListing(
                List.copyOf(pins), refusals.stream().map(PinataAccount::message).toList());
    }

    /** Pins that may be backups of any application, as far as the APIs list them. */
    List<Pin> listAny(Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        for (PinataApi api : apis()) {
            try {
                pins.addAll(api.listAny(deadline));
            } catch (PinataException e) {
                if (!e.isRefusal()) {
                    throw e;
                }
            }
        }
        return pins;
    }

    /** Removes the pins of an application that have a CID. It is not an error if there are none. */
    void unpin(String cid, String application, Deadline deadline) throws IOException {
        boolean removed = false;
        PinataException refusal = null;
        for (PinataApi api : apis()) {
            try {
                removed |= api.unpin(cid, application, deadline);
            } catch (PinataException e) {
                if (!e.isRefusal()) {
                    throw e;
                }
                refusal = e;
            }
        }
        if (!removed && refusal != null) {
            throw refusal;
        }
    }

    private List<PinataApi> apis() {
        return v3.isPresent() ? List.of(v3.get(), legacy) : List.of(legacy);
    }

    private static String message(PinataException e) {
        return String.valueOf(e.getMessage());
    }
}
