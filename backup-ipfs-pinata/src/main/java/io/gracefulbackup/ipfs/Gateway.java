package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.http.ServiceClient;
import io.gracefulbackup.http.ServiceClient.StreamingResponse;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * One IPFS gateway. Redirects are followed, since gateways use them, but never from https to http. The access token is
 * sent only to the host of the gateway itself.
 */
final class Gateway {
    private static final int MAX_REDIRECTS = 5;

    private final ServiceClient client;
    private final HttpUrl base;
    private final @Nullable String token;

    Gateway(ServiceClient client, HttpUrl base, @Nullable String token) {
        this.client = client;
        this.base = base;
        this.token = token;
    }

    /** The URL under which people can view a CID. */
    String viewUrl(String cid) {
        return url(cid).toString();
    }

    /**
     * Requests a file, from the byte at a position on. Gateways may ignore the position and send the whole file.
     *
     * @return the response, whatever its status; to be closed by the caller
     */
    StreamingResponse get(String cid, long position, Deadline deadline) throws IOException {
        HttpUrl url = url(cid);
        for (int redirects = 0; ; redirects++) {
            StreamingResponse response = client.open(request(url, position), deadline);
            HttpUrl next = redirectTarget(response, url);
            if (next == null) {
                return response;
            }
            response.close();
            if (redirects == MAX_REDIRECTS || (url.isHttps() && !next.isHttps())) {
                throw new IOException(
                        this + " redirects " + (redirects == MAX_REDIRECTS ? "too many times" : "from https to http"));
            }
            url = next;
        }
    }

    /** Describes a response that is not the file, for the operator. */
    String describe(StreamingResponse response, BufferedResponse buffered) {
        return client.describe(response.response().request(), buffered);
    }

    /** Replaces every secret in a text. */
    String redact(String text) {
        return client.redact(text);
    }

    /** The host, and the port unless it is the default one. */
    @Override
    public String toString() {
        return base.host() + (base.port() == HttpUrl.defaultPort(base.scheme()) ? "" : ":" + base.port());
    }

    private HttpUrl url(String cid) {
        return base.newBuilder().addPathSegment("ipfs").addPathSegment(cid).build();
    }

    private Request request(HttpUrl url, long position) {
        // Sealed bytes cannot be compressed, and ranges of a compressed response would not be ranges of the file.
        Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
        if (position > 0) {
            request.header("Range", "bytes=" + position + "-");
        }
        if (token != null && isSameOrigin(url)) {
            request.header("x-pinata-gateway-token", token);
        }
        return request.build();
    }

    private boolean isSameOrigin(HttpUrl url) {
        return url.scheme().equals(base.scheme()) && url.host().equals(base.host()) && url.port() == base.port();
    }

    private static @Nullable HttpUrl redirectTarget(StreamingResponse response, HttpUrl position) {
        String location = response.response().isRedirect() ? response.response().header("Location") : null;
        return location == null ? null : position.resolve(location);
    }
}
