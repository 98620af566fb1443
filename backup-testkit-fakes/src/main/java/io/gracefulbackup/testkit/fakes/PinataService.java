package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.util.Optional;

/** Routes the requests of the three servers. */
final class PinataService {
    private static final String UNPIN = "/pinning/unpin/";
    private static final String FILES = "/v3/files/";

    private final PinataSettings settings;
    private final PinataAccess access;
    private final PinataLegacyApi legacy;
    private final PinataV3Api v3;
    private final ResumableUploads resumable;
    private final PinataGateway gateway;

    PinataService(PinataSettings settings, PinataAccess access, PinStore store) {
        this.settings = settings;
        this.access = access;
        legacy = new PinataLegacyApi(settings, access, store);
        v3 = new PinataV3Api(settings, access, store);
        resumable = new ResumableUploads(settings, store, v3);
        gateway = new PinataGateway(settings, store);
    }

    FakeServer.Service<PinataCall> api() {
        return new Routes() {
            @Override
            public PinataCall call(Request request) {
                if (request.is("POST", "/pinning/pinFileToIPFS")) {
                    return PinataCall.LEGACY_UPLOAD;
                } else if (request.is("GET", "/data/pinList")) {
                    return PinataCall.LEGACY_LIST;
                } else if (request.below("DELETE", UNPIN).isPresent()) {
                    return PinataCall.LEGACY_UNPIN;
                } else if (request.is("PUT", "/pinning/hashMetadata")) {
                    return PinataCall.LEGACY_METADATA;
                } else if (request.is("GET", "/data/testAuthentication")) {
                    return PinataCall.LEGACY_TEST;
                } else if (request.below("GET", FILES).isPresent()) {
                    return PinataCall.V3_LIST;
                } else if (request.below("DELETE", FILES)
                        .filter(rest -> rest.contains("/"))
                        .isPresent()) {
                    return PinataCall.V3_DELETE;
                }
                return PinataCall.UNKNOWN;
            }
        };
    }

    FakeServer.Service<PinataCall> uploads() {
        return new Routes() {
            @Override
            public PinataCall call(Request request) {
                if (request.is("POST", "/v3/files")) {
                    return PinataCall.V3_UPLOAD;
                }
                return request.below("PATCH", FILES).isPresent() ? PinataCall.V3_PIECE : PinataCall.UNKNOWN;
            }
        };
    }

    FakeServer.Service<PinataCall> gateway() {
        return new Routes() {
            @Override
            public PinataCall call(Request request) {
                boolean download = request.below("GET", PinataGateway.PREFIX).isPresent()
                        || request.below("HEAD", PinataGateway.PREFIX).isPresent();
                return download ? PinataCall.DOWNLOAD : PinataCall.UNKNOWN;
            }
        };
    }

    private Reply handle(PinataCall call, Request request) throws IOException {
        if (call != PinataCall.DOWNLOAD) {
            settings.rateLimits.count(FakePinata.Quota.API.name(), "");
        }
        if (request.path().startsWith("/data/")) {
            settings.rateLimits.count(FakePinata.Quota.DATA.name(), "");
        }
        return switch (call) {
            case LEGACY_UPLOAD -> legacy.upload(request);
            case LEGACY_LIST -> legacy.list(request);
            case LEGACY_UNPIN -> legacy.unpin(request, rest(request, UNPIN));
            case LEGACY_METADATA -> legacy.changeMetadata(request);
            case LEGACY_TEST -> legacy.testAuthentication(request);
            case V3_UPLOAD -> upload(request);
            case V3_PIECE -> piece(request);
            case V3_LIST -> v3.list(request, rest(request, FILES));
            case V3_DELETE -> {
                String[] parts = rest(request, FILES).split("/", 2);
                yield v3.delete(request, parts[0], parts[1]);
            }
            case DOWNLOAD -> gateway.download(request);
            case UNKNOWN -> Reply.json(404, Json.object().put("error", "Not found: " + request.path()));
        };
    }

    private Reply upload(Request request) throws IOException {
        access.v3(request, PinataScope.FILES_WRITE);
        access.checkPlan();
        Optional<String> length = request.header("Upload-Length");
        return length.isPresent() ? resumable.begin(request, Long.parseLong(length.get())) : v3.upload(request);
    }

    private Reply piece(Request request) throws IOException {
        access.v3(request, PinataScope.FILES_WRITE);
        return resumable.piece(request, rest(request, FILES));
    }

    private static String rest(Request request, String prefix) {
        return request.path().substring(prefix.length());
    }

    private abstract class Routes implements FakeServer.Service<PinataCall> {
        @Override
        public Reply handle(PinataCall call, Request request) throws IOException {
            return PinataService.this.handle(call, request);
        }
    }
}
