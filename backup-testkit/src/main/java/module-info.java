/**
 * For tests of applications and sinks: the contract that every sink keeps, sinks with faults, and servers that stand in for
 * the services that backups go to.
 */
module io.gracefulbackup.testkit {
    requires transitive io.gracefulbackup;
    requires io.gracefulbackup.ipfs.cid;
    requires jdk.httpserver;
    requires kotlin.stdlib;
    requires okhttp3;
    requires okio;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports io.gracefulbackup.testkit;
    exports io.gracefulbackup.testkit.fakes;

    opens io.gracefulbackup.testkit to
            org.junit.platform.commons;
}
