package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.Answer;
import io.gracefulbackup.http.HttpService;
import io.gracefulbackup.http.HttpService.Opened;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One IPFS gateway. Redirects are followed, for gateways use them; but the token goes to the gateway itself only, and from
 * https nothing leads back to http.
 */
final class Gateway {
    private static final int MOST_REDIRECTS = 5;

    private final HttpService service;
    private final HttpUrl base;
    private final @Nullable String token;

    Gateway(HttpService service, HttpUrl base, @Nullable String token) {
        this.service = service;
        this.base = base;
        this.token = token;
    }

    /** Where people find a CID. */
    String view(String cid) {
        return url(cid).toString();
    }

    /** Asks for a file, from the byte at {@code from} on; gateways may send all of it nevertheless. */
    Opened get(String cid, long from, Deadline deadline) throws IOException {
        HttpUrl url = url(cid);
        for (int redirects = 0; ; redirects++) {
            Opened opened = service.open(request(url, from), deadline);
            HttpUrl next = redirect(opened, url);
            if (next == null) {
                return opened;
            }
            opened.close();
            if (redirects == MOST_REDIRECTS || (url.isHttps() && !next.isHttps())) {
                throw new IOException(this + " redirects "
                        + (redirects == MOST_REDIRECTS ? "again and again" : "from https to http"));
            }
            url = next;
        }
    }

    /** What an answer means that is neither the file nor part of it. */
    String describe(Opened opened, Answer answer) {
        return service.describe(opened.response().request(), answer);
    }

    /** The text without the secrets. */
    String hide(String text) {
        return service.hide(text);
    }

    /** The host, for messages. */
    @Override
    public String toString() {
        return base.host() + (base.port() == HttpUrl.defaultPort(base.scheme()) ? "" : ":" + base.port());
    }

    private HttpUrl url(String cid) {
        return base.newBuilder().addPathSegment("ipfs").addPathSegment(cid).build();
    }

    private Request request(HttpUrl url, long from) {
        // Sealed bytes do not compress, and parts of a compressed file would be parts of something else.
        Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (token != null && isOwn(url)) {
            request.header("x-pinata-gateway-token", token);
        }
        return request.build();
    }

    private boolean isOwn(HttpUrl url) {
        return url.scheme().equals(base.scheme()) && url.host().equals(base.host()) && url.port() == base.port();
    }

    private static @Nullable HttpUrl redirect(Opened opened, HttpUrl from) {
        String location = opened.response().isRedirect() ? opened.response().header("Location") : null;
        return location == null ? null : from.resolve(location);
    }
}
