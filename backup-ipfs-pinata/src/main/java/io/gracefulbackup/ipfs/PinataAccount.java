package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The account, through whichever API its credentials are for. */
final class PinataAccount {
    private final Optional<V3Api> v3;
    private final LegacyApi legacy;
    private final boolean sharedCredentials;

    /**
     * An account.
     *
     * @param v3 the v3 API, if there is a JWT
     * @param sharedCredentials whether both APIs get the same credentials: then one that refuses them only says that they are for
     *     the other
     */
    PinataAccount(Optional<V3Api> v3, LegacyApi legacy, boolean sharedCredentials) {
        this.v3 = v3;
        this.legacy = legacy;
        this.sharedCredentials = sharedCredentials;
    }

    /** Uploads by v3 if it can, else by the legacy API; returns the CID that Pinata says it has. */
    String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline)
            throws IOException {
        if (v3.isEmpty()) {
            return legacy.upload(name, keyValues, content, deadline);
        }
        String v3Failure =
                content.contentLength() + " bytes are more than v3 takes at once (" + V3Api.MAX_FORM_BYTES + ")";
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
            throw new IOException(
                    "By v3 it cannot be uploaded: " + v3Failure + ". Nor by the legacy API: " + message(e), e);
        }
    }

    /**
     * What the catalogues show.
     *
     * @param pins the pins that may be backups
     * @param refusals why some of it cannot be seen; empty if all can
     */
    record PinListing(List<Pin> pins, List<String> refusals) {}

    /** Asks all APIs that the credentials may be for. */
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

    /** Removes an application's pins of that CID, wherever they are; none is fine. */
    void unpin(String cid, String application, Deadline deadline) throws IOException {
        boolean removed = false;
        PinataException refusals = null;
        for (PinataApi api : apis()) {
            try {
                removed |= api.unpin(cid, application, deadline);
            } catch (PinataException e) {
                if (!e.isRefusal()) {
                    throw e;
                }
                refusals = e;
            }
        }
        if (!removed && refusals != null) {
            throw refusals;
        }
    }

    private List<PinataApi> apis() {
        return v3.isPresent() ? List.of(v3.get(), legacy) : List.of(legacy);
    }

    private static String message(PinataException e) {
        return String.valueOf(e.getMessage());
    }
}
