/** For tests: HTTP servers that stand in for Pinata and Render. */
module io.gracefulbackup.testkit.fakes {
    requires io.gracefulbackup.ipfs.cid;
    requires jdk.httpserver;
    requires kotlin.stdlib;
    requires okhttp3;
    requires okio;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports io.gracefulbackup.testkit.fakes;
}
