/** For tests of applications and sinks: the contract that every sink keeps, sinks with faults, and forked JVMs. */
module io.gracefulbackup.testkit {
    requires transitive io.gracefulbackup;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires static transitive org.jspecify;

    exports io.gracefulbackup.testkit;

    opens io.gracefulbackup.testkit to
            org.junit.platform.commons;
}
