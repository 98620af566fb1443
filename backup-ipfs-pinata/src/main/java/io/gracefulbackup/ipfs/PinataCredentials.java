package io.gracefulbackup.ipfs;

import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Credentials for Pinata, as headers of every request. Never shown in messages.
 *
 * @param settings the names of the settings that they come from, for messages
 * @param headers the names and values of the headers, alternating
 */
record PinataCredentials(String settings, List<String> headers) {

    static PinataCredentials keyPair(String apiKey, String secretKey) {
        return new PinataCredentials(
                "PINATA_API_KEY and PINATA_SECRET_KEY",
                List.of("pinata_api_key", apiKey, "pinata_secret_api_key", secretKey));
    }

    static PinataCredentials jwt(String jwt) {
        return new PinataCredentials("PINATA_JWT", List.of("Authorization", "Bearer " + jwt));
    }

    /** Begins a request with these credentials. */
    Request.Builder request(HttpUrl url) {
        Request.Builder request = new Request.Builder().url(url);
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        return request;
    }

    /** The names of the settings; no secrets. */
    @Override
    public String toString() {
        return settings;
    }
}
