package io.gracefulbackup.testkit.fakes;

import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The credentials of the only account, random for each fake, and what they allow. */
final class PinataAccess {
    private static final Set<PinataScope> V3 = EnumSet.of(PinataScope.FILES_READ, PinataScope.FILES_WRITE);
    private static final Set<PinataScope> LEGACY = EnumSet.complementOf(EnumSet.copyOf(V3));
    private static final SecureRandom RANDOM = new SecureRandom();

    final String apiKey = hex(10);
    final String secretKey = hex(32);
    final String jwt = newJwt();
    final String legacyJwt = newJwt();
    final String v3Jwt = newJwt();

    private final PinataSettings settings;
    private final Map<String, Set<PinataScope>> scopesOfJwt =
            Map.of(jwt, EnumSet.allOf(PinataScope.class), legacyJwt, LEGACY, v3Jwt, V3);

    PinataAccess(PinataSettings settings) {
        this.settings = settings;
    }

    /** Accepts a legacy request with valid credentials; returns what they allow. */
    Set<PinataScope> legacy(Request request) {
        Optional<Set<PinataScope>> scopes = bearer(request)
                .map(token -> scopesOfJwt.getOrDefault(token, Set.of()))
                .filter(set -> !set.isEmpty());
        boolean keyPair = request.header("pinata_api_key").equals(Optional.of(apiKey))
                && request.header("pinata_secret_api_key").equals(Optional.of(secretKey));
        Set<PinataScope> allowed = keyPair ? LEGACY : scopes.orElseThrow(this::invalidCredentials);
        if (settings.revoked) {
            throw settings.legacyError(403, "API_KEY_REVOKED", "This API key has been revoked");
        }
        return allowed;
    }

    /** Accepts a legacy request whose credentials have a scope. */
    void legacy(Request request, PinataScope needed) {
        check(legacy(request), needed);
    }

    /** Accepts a v3 request whose JWT has a scope. */
    void v3(Request request, PinataScope needed) {
        String token = bearer(request).orElseThrow(() -> settings.v3Error(401, "no Authorization header found"));
        Set<PinataScope> scopes = scopesOfJwt.get(token);
        if (scopes == null) {
            throw settings.v3Error(401, "Not authorized");
        }
        if (settings.revoked) {
            throw settings.legacyError(403, "API_KEY_REVOKED", "This API key has been revoked");
        }
        check(scopes, needed);
    }

    /** Refuses an upload when the plan is used up. */
    void checkPlan() {
        if (settings.planUsedUp) {
            throw settings.legacyError(403, "FORBIDDEN", "Account blocked due to plan usage limit");
        }
    }

    private void check(Set<PinataScope> allowed, PinataScope needed) {
        if (!allowed.contains(needed) || !settings.scopes.contains(needed)) {
            throw settings.legacyError(
                    403, "NO_SCOPES_FOUND", "This key does not have the required scopes associated with it");
        }
    }

    private ReplyException invalidCredentials() {
        return settings.legacyError(401, "INVALID_CREDENTIALS", "Invalid/expired credentials");
    }

    private static Optional<String> bearer(Request request) {
        return request.header("Authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }

    private static String newJwt() {
        return "eyJ" + hex(16) + ".eyJ" + hex(40) + "." + hex(32);
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
