package io.gracefulbackup.testkit.fakes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
final class LargeTransferTest {
    private static final long SIZE = 256L << 20;

    @Test
    void uploadsAndDownloadsDoNotPassThroughTheHeap() {
        try (ForkedJvm jvm = ForkedJvm.of(Main.class).jvmArguments("-Xmx32m").start()) {
            assertThat(jvm.awaitExit(Duration.ofMinutes(5))).as("%s", jvm).isZero();
        }
    }

    /** Client and fake in one small heap. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            OkHttpClient client =
                    new OkHttpClient.Builder().readTimeout(2, TimeUnit.MINUTES).build();
            try (FakePinata pinata = FakePinata.start()) {
                String cid = upload(client, pinata);
                Request download = new Request.Builder()
                        .url(pinata.gatewayUrl() + "/ipfs/" + cid)
                        .build();
                try (Response response = client.newCall(download).execute()) {
                    String downloaded = CidCalculator.of(response.body().byteStream(), CidProfile.V1)
                            .get(CidProfile.V1)
                            .cid()
                            .text();
                    System.exit(downloaded.equals(cid) && pinata.pins().get(0).size() == SIZE ? 0 : 1);
                }
            }
        }

        private static String upload(OkHttpClient client, FakePinata pinata) throws IOException {
            MultipartBody form = new MultipartBody.Builder()
                    .setType(MultipartBody.FORM)
                    .addFormDataPart("file", "large", new Zeros())
                    .addFormDataPart("pinataOptions", "{\"cidVersion\":1}")
                    .build();
            Request request = new Request.Builder()
                    .url(pinata.apiUrl() + "/pinning/pinFileToIPFS")
                    .header("Authorization", "Bearer " + pinata.jwt())
                    .post(form)
                    .build();
            try (Response response = client.newCall(request).execute()) {
                return Json.read(response.body().string()).path("IpfsHash").asString();
            }
        }
    }

    private static final class Zeros extends RequestBody {
        @Override
        public MediaType contentType() {
            return MediaType.get("application/octet-stream");
        }

        @Override
        public long contentLength() {
            return SIZE;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            byte[] piece = new byte[1 << 16];
            for (long sent = 0; sent < SIZE; sent += piece.length) {
                sink.write(piece);
            }
        }
    }
}
