export interface Certificates {
    ca: string;
    /** The client's certificate and key. */
    cert: string;
    key: string;
}
/** Writes a new CA (ca.pem) with a server (server.pem, server-key.pem) and a client certificate (cert.pem, key.pem) into `folder`. */
export declare function createCertificates(folder: string, addresses: readonly string[]): Certificates;
