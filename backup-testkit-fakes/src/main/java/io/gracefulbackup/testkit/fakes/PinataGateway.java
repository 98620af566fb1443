package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves public content by its CID. */
final class PinataGateway {
    static final String PREFIX = "/ipfs/";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    private final PinataSettings settings;
    private final PinStore store;

    PinataGateway(PinataSettings settings, PinStore store) {
        this.settings = settings;
        this.store = store;
    }

    Reply download(Request request) throws IOException {
        String[] path = request.path().substring(PREFIX.length()).split("/", 2);
        String cid = path[0];
        settings.rateLimits.count(FakePinata.Quota.GATEWAY.name(), cid);
        checkToken(request);
        List<FakePin> pins = store.pinned().stream()
                .filter(pin -> pin.isPublic() && pin.cid().equals(cid))
                .filter(pin -> !pin.pinnedAt().plus(settings.servedAfter).isAfter(Instant.now()))
                .toList();
        Optional<Path> file = store.content(cid);
        if (pins.isEmpty() || file.isEmpty()) {
            return Reply.text(404, "text/html", "<html><body>no link named " + cid + "</body></html>");
        }
        FakePin pin = pins.get(0);
        if (pin.fileName().contains("/") && path.length == 1) {
            return Reply.text(200, "text/html", "<html><body>Index of " + request.path() + "</body></html>");
        }
        return content(request, pin, file.get());
    }

    private Reply content(Request request, FakePin pin, Path file) throws IOException {
        long size = Files.size(file);
        Reply whole = new Reply(200, Map.of(), new Reply.FileBody(file, 0, size, settings.chatty()))
                .with("Content-Type", pin.mimeType())
                .with("Etag", "\"" + pin.cid() + "\"")
                .with("X-Ipfs-Path", request.path());
        Matcher range = RANGE.matcher(request.header("Range").orElse(""));
        if (!settings.ranges || !range.matches()) {
            return settings.ranges ? whole.with("Accept-Ranges", "bytes") : whole;
        }
        boolean suffix = range.group(1).isEmpty();
        long first = suffix ? Math.max(0, size - Long.parseLong("0" + range.group(2))) : Long.parseLong(range.group(1));
        long last = suffix || range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (first > last) {
            return Reply.empty(416).with("Content-Range", "bytes */" + size);
        }
        return new Reply(206, whole.headers(), new Reply.FileBody(file, first, last - first + 1, true))
                .with("Content-Range", "bytes " + first + "-" + last + "/" + size);
    }

    private void checkToken(Request request) {
        String token = settings.gatewayToken;
        boolean allowed = token == null
                || request.header("x-pinata-gateway-token").equals(Optional.of(token))
                || request.parameter("pinataGatewayToken").equals(Optional.of(token));
        if (!allowed) {
            throw new ReplyException(Reply.text(401, "text/plain", "The gateway token is missing or wrong"));
        }
    }
}
