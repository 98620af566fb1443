package ch.qos.logback.core;

/** Has the name and the methods of Logback's superclass of appenders to the console and to files; no Logback is on this class path. */
public class OutputStreamAppender {
    private final boolean immediateFlush;
    private volatile boolean started = true;

    public OutputStreamAppender(boolean immediateFlush) {
        this.immediateFlush = immediateFlush;
    }

    public boolean isStarted() {
        return started;
    }

    public boolean isImmediateFlush() {
        return immediateFlush;
    }

    public void stop() {
        started = false;
    }
}
