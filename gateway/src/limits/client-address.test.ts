import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { clientAddress, clientAddressBehind, countedAddress } from './client-address.js';

describe('a client’s address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:a::', '2001:db8:1:2::/64'],
    ['[2001:db8::1]:4711', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is counted as %s', (given, counted) => {
    expect(countedAddress(given)).toBe(counted);
  });

  it.each(['', 'unknown', '203.0.113', '203.0.113.999', 'evil.example', '::1::2'])('%j is none', (given) => {
    expect(countedAddress(given)).toBeUndefined();
  });

  describe('behind proxies', () => {
    /** What express and this make of a header that reached us over `remote`. */
    const seen = (hops: number, forwarded: string | undefined, remote = '10.0.0.1') => {
      const app = express().set('trust proxy', hops);
      const request = Object.assign(Object.create(app.request), {
        app,
        headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
        socket: { remoteAddress: remote },
      });
      const counted = clientAddress(request);
      // Of a request that express has not seen it has to be the same.
      expect(clientAddressBehind(request, hops)).toBe(counted);
      return counted;
    };

    it('believes nobody where there is no proxy', () => {
      expect(seen(0, '198.51.100.1')).toBe('10.0.0.1');
    });
    it('believes the last entry behind one proxy, whatever the client wrote before it', () => {
      expect(seen(1, '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
      expect(seen(1, '198.51.100.2, 198.51.100.3, 203.0.113.9')).toBe('203.0.113.9');
    });
    it('believes the last but one behind two', () => {
      expect(seen(2, '198.51.100.1, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
    });
    it('looks no further than what was written, and past what is empty', () => {
      expect(seen(5, '203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
      expect(seen(1, '198.51.100.1,, 203.0.113.9 ,')).toBe('203.0.113.9');
      expect(seen(1, '')).toBe('10.0.0.1');
    });
    it('counts for the proxy itself what the proxy gave no address', () => {
      expect(seen(1, 'unknown')).toBe('10.0.0.1');
      expect(seen(1, undefined)).toBe('10.0.0.1');
    });
  });
});
