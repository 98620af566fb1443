package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The account, through whichever API its credentials are for. */
final class Pinata {
    private final Optional<V3Api> v3;
    private final LegacyApi legacy;
    private final boolean oneKey;

    /**
     * An account.
     *
     * @param v3 the v3 API, if there is a JWT
     * @param oneKey whether both APIs get the same credentials: then one that refuses them only says that they are for
     *     the other
     */
    Pinata(Optional<V3Api> v3, LegacyApi legacy, boolean oneKey) {
        this.v3 = v3;
        this.legacy = legacy;
        this.oneKey = oneKey;
    }

    /** Uploads by v3 if it can, else by the legacy API; returns the CID that Pinata says it has. */
    String upload(String name, Map<String, String> keyValues, Upload content, Deadline deadline) throws IOException {
        if (v3.isEmpty()) {
            return legacy.upload(name, keyValues, content, deadline);
        }
        String why = content.contentLength() + " bytes are more than v3 takes at once (" + V3Api.LARGEST_FORM + ")";
        if (content.contentLength() <= V3Api.LARGEST_FORM) {
            try {
                return v3.get().upload(name, keyValues, content, deadline);
            } catch (PinataException e) {
                if (!e.isRefusal() && e.kind() != PinataException.Kind.TOO_LARGE) {
                    throw e;
                }
                why = message(e);
            }
        }
        try {
            return legacy.upload(name, keyValues, content, deadline);
        } catch (PinataException e) {
            throw new IOException("By v3 it cannot be uploaded: " + why + ". Nor by the legacy API: " + message(e), e);
        }
    }

    /**
     * What the catalogues show.
     *
     * @param pins the pins that may be backups
     * @param refused why some of it cannot be seen; empty if all can
     */
    record Found(List<Pin> pins, List<String> refused) {}

    /** Asks all APIs that the credentials may be for. */
    Found list(String application, Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        List<PinataException> refused = new ArrayList<>();
        List<PinataApi> apis = apis();
        for (PinataApi api : apis) {
            try {
                pins.addAll(api.list(application, deadline));
            } catch (PinataException e) {
                if (!e.isRefusal() || (e.kind() == PinataException.Kind.CREDENTIALS && !oneKey)) {
                    throw e;
                }
                refused.add(e);
            }
        }
        if (refused.size() == apis.size()
                && refused.stream().allMatch(e -> e.kind() == PinataException.Kind.CREDENTIALS)) {
            throw refused.get(0);
        }
        return new Found(
                List.copyOf(pins), refused.stream().map(Pinata::message).toList());
    }

    /** Removes an application's pins of that CID, wherever they are; none is fine. */
    void unpin(String cid, String application, Deadline deadline) throws IOException {
        boolean removed = false;
        PinataException refused = null;
        for (PinataApi api : apis()) {
            try {
                removed |= api.unpin(cid, application, deadline);
            } catch (PinataException e) {
                if (!e.isRefusal()) {
                    throw e;
                }
                refused = e;
            }
        }
        if (!removed && refused != null) {
            throw refused;
        }
    }

    private List<PinataApi> apis() {
        return v3.isPresent() ? List.of(v3.get(), legacy) : List.of(legacy);
    }

    private static String message(PinataException e) {
        return String.valueOf(e.getMessage());
    }
}
